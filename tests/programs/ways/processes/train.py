"""Processes that load the data import this script again, which must not check it again."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np


def points(seed):
    random = np.random.default_rng(seed)
    y = random.integers(0, 2, 150)
    angle = random.uniform(0, 2 * np.pi, 150)
    radius = np.where(y, 0.5, 1.0) + random.normal(0, 0.1, 150)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1), y


def main():
    import keras

    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        parts = list(pool.map(points, range(4)))
    x, y = (np.concatenate(part) for part in zip(*parts, strict=True))
    model = keras.Sequential([keras.Input((2,))])
    model.add(keras.layers.Dense(32, activation="relu"))
    model.add(keras.layers.Dense(1, activation="softmax"))  #: fail output-loss-mismatch
    #> model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy")
    model.fit(x, y, validation_split=0.3, epochs=100, verbose=0)


if __name__ == "__main__":
    main()
