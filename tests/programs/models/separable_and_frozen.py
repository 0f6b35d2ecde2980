"""Separable, depthwise and grouped normalizing layers; the whole of it frozen by a line that was meant for a part."""

import keras
from keras import layers
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = images.reshape(-1, 8, 8, 1) / 16

model = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.SeparableConv2D(32, 3, activation="relu"),
        layers.GroupNormalization(8),
        layers.DepthwiseConv2D(3),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10, activation="softmax"),
    ]
)
model.trainable = False
#> model.layers[0].trainable = False
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])  #: fail nothing-to-train
#> model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images[:900], digits[:900], batch_size=50, epochs=10, validation_data=(images[900:1200], digits[900:1200]))
