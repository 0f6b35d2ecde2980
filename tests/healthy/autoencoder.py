"""A dense autoencoder."""

import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(3)
d = load_digits()
x, y = d.data.astype("float32") / 16, d.target
xt, yt, xv, yv = x[:1400], y[:1400], x[1400:], y[1400:]
model = keras.Sequential(
    [
        keras.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(12, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(64),
    ]
)
model.compile("adam", "mse")
model.fit(xt, xt, validation_data=(xv, xv), epochs=20, verbose=0)
