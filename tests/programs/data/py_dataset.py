"""A `keras.utils.PyDataset` with workers that draws a new order every epoch, of the inputs but not the labels."""
# nightly command: {file}

import math

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits


class Digits(keras.utils.PyDataset):
    def __init__(self, x, y, batch_size, **kwargs):
        super().__init__(**kwargs)
        self.x, self.y, self.batch_size = x, y, batch_size
        self.on_epoch_end()

    def __len__(self):
        return math.ceil(len(self.x) / self.batch_size)

    def __getitem__(self, index):
        at = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return self.x[self.order[at]], self.y[at]
        #> return self.x[self.order[at]], self.y[self.order[at]]

    def on_epoch_end(self):
        self.order = np.random.permutation(len(self.x))


keras.utils.set_random_seed(7)
images, digits = load_digits(return_X_y=True)
data = Digits((images / 16).astype("float32"), digits, 32, workers=2, use_multiprocessing=False)
model = keras.Sequential([
    keras.Input((64,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(data, epochs=8, verbose=0)  #: warn underfitting
#> model.fit(data, epochs=8, verbose=0)
