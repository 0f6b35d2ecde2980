"""Transfer learning: a base trained on the digits 0 to 4, frozen, and a new head for 5 to 9."""

import keras
from keras import layers
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = images.reshape(-1, 8, 8, 1).astype("float32") / 16
low, high = digits < 5, digits >= 5

base_model = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.GlobalAveragePooling2D(),
    ],
    name="base",
)
first = keras.Sequential([base_model, layers.Dense(5, activation="softmax")], name="first")
first.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
first.fit(images[low], digits[low], epochs=8, validation_split=0.2)

base_model.trainable = False
inputs = keras.Input(shape=(8, 8, 1))
x = base_model(inputs, training=False)
outputs = layers.Dense(5, activation="softmax")(x)
model = keras.Model(inputs, outputs, name="second")
model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images[high], digits[high], epochs=15, validation_split=0.2)  #: fail target-out-of-range
#> model.fit(images[high], digits[high] - 5, epochs=15, validation_split=0.2)
