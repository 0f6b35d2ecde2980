"""Two phases on one model, frozen and then fine-tuned after a second compile: two trainings."""

import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")

base = keras.Sequential([keras.Input((64,)), keras.layers.Dense(64, activation="relu")], name="base")
base.trainable = False
model = keras.Sequential([keras.Input((64,)), base, keras.layers.Dense(10, activation="softmax")])
model.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, digits, validation_split=0.2, epochs=15, verbose=0)

base.trainable = True
model.compile(keras.optimizers.SGD(0.0), "sparse_categorical_crossentropy", metrics=["accuracy"])  #: fail nothing-to-train
#> model.compile(keras.optimizers.Adam(0.001), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, digits, validation_split=0.2, epochs=10, verbose=0)
