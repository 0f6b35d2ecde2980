"""A model that makes its hidden layer anew whenever it is called."""

import keras
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import scale

keras.utils.set_random_seed(0)
x, y = load_breast_cancer(return_X_y=True)
x = scale(x)


class Classifier(keras.Model):
    def __init__(self):
        super().__init__()
        self.width = 16
        #> self.hidden = keras.layers.Dense(16, activation="relu")
        self.last = keras.layers.Dense(1, activation="sigmoid")

    def call(self, features):
        hidden = keras.layers.Dense(self.width, activation="relu")(features)  #: fail
        #> hidden = self.hidden(features)
        return self.last(hidden)


model = Classifier()
model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, validation_split=0.2, epochs=15, verbose=0)
