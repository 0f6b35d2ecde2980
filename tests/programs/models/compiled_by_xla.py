"""A training step compiled by XLA, with a rate that no step survives."""

import keras
from keras import layers
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import StandardScaler

x, y = load_diabetes(return_X_y=True)
x, y = StandardScaler().fit_transform(x), StandardScaler().fit_transform(y[:, None])

model = keras.Sequential(
    [keras.Input((10,)), layers.Dense(16, activation="relu"), layers.Dropout(0.1), layers.Dense(1)]
)
model.compile(keras.optimizers.SGD(30.0), "mse", jit_compile=True)  #: fail learning-rate-too-high
#> model.compile(keras.optimizers.SGD(0.02), "mse", jit_compile=True)
model.fit(x, y, batch_size=32, epochs=20, validation_split=0.2)
