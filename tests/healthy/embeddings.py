"""Pooled embeddings of tokens."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(3)
rng = np.random.default_rng(0)
x = rng.integers(0, 500, size=(2000, 20))
w = rng.normal(size=500)
y = (w[x].mean(1) > 0).astype(int)
model = keras.Sequential(
    [
        keras.Input((20,), dtype="int32"),
        layers.Embedding(500, 16),
        layers.GlobalAveragePooling1D(),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, validation_split=0.2, epochs=10, verbose=0)
