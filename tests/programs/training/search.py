"""A search over rates and widths: the first fit of each configuration is checked."""
# nightly command: {file} --max-fits 3

import itertools

import keras
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")
rates = [3e-6, 0.003]
#> rates = [0.003, 0.002]


def trained(rate, units):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([
        keras.Input((64,)),
        keras.layers.Dense(units, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ])
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])  #: fail learning-rate-too-low
    history = model.fit(images, digits, validation_split=0.2, epochs=10, verbose=0)
    return history.history["val_accuracy"][-1]


results = {setting: trained(*setting) for setting in itertools.product(rates, [48])}
print(max(results, key=results.get))
