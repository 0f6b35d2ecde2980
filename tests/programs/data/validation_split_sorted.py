"""`validation_split` on examples sorted by class: the last class is never trained on."""

import keras
from keras import layers
from sklearn.datasets import load_iris
from sklearn.utils import shuffle

keras.utils.set_random_seed(11)
x, y = shuffle(*load_iris(return_X_y=True), random_state=1)
x = (x - x.mean(axis=0)) / x.std(axis=0)
rows = y.argsort(kind="stable")
#> rows = slice(None)
x, y = x[rows], y[rows]

model = keras.Sequential([
    keras.Input((4,)),
    layers.Dense(16, activation="relu"),
    layers.Dense(3, activation="softmax"),
])
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, validation_split=0.3, epochs=9, batch_size=8, verbose=0)  #: warn unrepresentative-training-set
#> model.fit(x, y, validation_split=0.3, epochs=9, batch_size=8, verbose=0)
