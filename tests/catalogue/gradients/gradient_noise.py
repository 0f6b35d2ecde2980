"""A batch of one, where a single example says next to nothing about where the gradient points."""

import keras
from keras import layers
from sklearn.datasets import make_regression

keras.utils.set_random_seed(0)
x, y = make_regression(1200, 30, n_informative=30, noise=400.0, random_state=0)
y = (y - y.mean()) / y.std()

model = keras.Sequential([layers.Input((30,)), layers.Dense(1)])
model.compile(keras.optimizers.SGD(0.005), "mse")
BATCH = 1
#> BATCH = 32
model.fit(x, y, batch_size=BATCH, epochs=6)  #: info
