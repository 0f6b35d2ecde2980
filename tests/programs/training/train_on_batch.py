"""A loop of `train_on_batch` over mini-batches, tested with `test_on_batch` after each epoch."""
# nightly command: {file}

import keras
import numpy as np
from sklearn.datasets import load_digits

keras.utils.set_random_seed(1)
images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")
train, test = slice(0, 1408), slice(1408, None)

model = keras.Sequential([keras.Input((64,))])
for _ in range(4):
    model.add(keras.layers.Dense(16, activation="sigmoid"))  #: fail vanishing-gradients
    #> model.add(keras.layers.Dense(32, activation="relu"))
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])

rng = np.random.default_rng(0)
for epoch in range(15):
    order = rng.permutation(1408)
    for at in range(0, 1408, 64):
        rows = order[at : at + 64]
        loss, accuracy = model.train_on_batch(images[rows], digits[rows])
    held_out = model.test_on_batch(images[test], digits[test])
    print(epoch, loss, held_out)
