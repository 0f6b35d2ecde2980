"""A script that is told by its arguments what to train, and ends itself with a status."""

import argparse
import sys

import keras
from sklearn.datasets import make_circles


def parsed():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--units", type=int, default=4)
    return parser.parse_args()


def main():
    arguments = parsed()
    x, y = make_circles(n_samples=600, noise=0.1, factor=0.5, random_state=1)
    model = keras.Sequential([keras.Input((2,))])
    model.add(keras.layers.Dense(arguments.units, activation="relu"))
    model.add(keras.layers.Dense(1, activation="softmax"))  #: fail output-loss-mismatch
    #> model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, validation_split=0.3, epochs=arguments.epochs, verbose=0)
    return 0 if history.history["accuracy"][-1] > 0.9 else 3


if __name__ == "__main__":
    sys.exit(main())
