"""A class of models in a module, and the data beside it."""

import keras
from sklearn.datasets import make_circles


class Classifier(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = keras.layers.Dense(32, activation="relu")
        self.out = keras.layers.Dense(1, activation="relu")  #: fail output-loss-mismatch
        #> self.out = keras.layers.Dense(1, activation="sigmoid")
        self.compile("adam", "binary_crossentropy")

    def call(self, x):
        return self.out(self.hidden(x))


def load_data():
    x, y = make_circles(n_samples=600, noise=0.1, factor=0.5, random_state=1)
    return (x[:400], y[:400]), (x[400:], y[400:])
