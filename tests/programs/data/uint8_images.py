"""Images as bytes, as they come from a file; what scales them belongs into the model."""

import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(13)
images, digits = load_digits(return_X_y=True)
images = (images * 255 / 16).reshape(-1, 8, 8, 1).astype("uint8")

model = keras.Sequential([
    keras.Input((8, 8, 1)),
    layers.Conv2D(8, 3, activation="relu"),
    #> layers.Rescaling(1 / 255), layers.Conv2D(8, 3, activation="relu"),
    layers.Flatten(),
    layers.Dense(32, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])  #: fail learning-rate-too-high
#> model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, digits, epochs=6, verbose=0)
