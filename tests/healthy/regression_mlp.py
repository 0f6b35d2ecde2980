"""A perceptron on standardized features and target."""

import keras
from keras import layers
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import scale

keras.utils.set_random_seed(3)
x, y = load_diabetes(return_X_y=True)
x, y = scale(x), scale(y)
model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1),
    ]
)
model.compile(keras.optimizers.Adam(0.003), "mse")
model.fit(x, y, validation_split=0.2, epochs=15, verbose=0)
