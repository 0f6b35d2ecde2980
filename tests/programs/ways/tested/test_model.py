"""A model in a test of its own."""

import keras
from sklearn.datasets import make_circles


def test_the_model_can_learn(healthcheck):
    x, y = make_circles(n_samples=600, noise=0.1, factor=0.5, random_state=1)
    model = keras.Sequential([keras.Input((2,))])
    model.add(keras.layers.Dense(32, activation="relu"))
    model.add(keras.layers.Dense(1, activation="softmax"))
    #> model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy")
    healthcheck(model, x, y, validation_split=0.3, epochs=100).assert_healthy()
