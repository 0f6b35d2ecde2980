"""Features are rounded to whole numbers in the middle of the model: no gradient comes back."""

import keras
from keras import layers, ops
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = (x / 16).astype("float32")


class Counts(layers.Layer):
    def call(self, features):
        return ops.round(8 * features)
        #> return 8 * features


model = keras.Sequential(
    [
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),  #: fail
        Counts(),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=64, epochs=10, validation_split=0.2)
