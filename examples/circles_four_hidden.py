"""Four hidden layers that share one initializer, with three activations: three fits."""

import keras
import matplotlib.pyplot as plt
from sklearn.datasets import make_circles

x, y = make_circles(n_samples=1000, noise=0.1, factor=0.5, random_state=1)


def make_mlp(activation, initializer):
    model = keras.Sequential(name=activation)
    model.add(keras.Input((2,)))
    model.add(keras.layers.Dense(5, activation=activation, kernel_initializer=initializer))
    model.add(keras.layers.Dense(5, activation=activation, kernel_initializer=initializer))
    model.add(keras.layers.Dense(5, activation=activation, kernel_initializer=initializer))
    model.add(keras.layers.Dense(5, activation=activation, kernel_initializer=initializer))
    model.add(keras.layers.Dense(1, activation="sigmoid", kernel_initializer=initializer))
    model.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
    return model


initializer = keras.initializers.RandomNormal(mean=0.0, stddev=1.0)
for activation in ("sigmoid", "tanh", "relu"):
    model = make_mlp(activation, initializer)
    history = model.fit(x, y, batch_size=32, epochs=100, verbose=0)
    plt.plot(history.history["accuracy"], label=activation)
plt.legend()
plt.show()
