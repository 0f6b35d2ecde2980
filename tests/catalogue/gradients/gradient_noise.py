"""A batch of all examples, where a few already show where the gradient points."""

import keras
from keras import layers
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(8000, noise=0.1, random_state=0)

model = keras.Sequential(
    [
        layers.Input((2,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
BATCH = 8000
#> BATCH = 64
model.fit(x, y, batch_size=BATCH, epochs=30)  #: info
