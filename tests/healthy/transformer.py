"""A pre-LN Transformer that reads an image row by row."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(3)
d = load_digits()
x, y = d.data.astype("float32") / 16, d.target
xt, yt, xv, yv = x[:1400], y[:1400], x[1400:], y[1400:]
xt, xv = xt.reshape(-1, 8, 8), xv.reshape(-1, 8, 8)
i = keras.Input((8, 8))
t = layers.Dense(32)(i)
pos = layers.Embedding(8, 32)(np.arange(8))
t = t + pos
for _ in range(2):
    n = layers.LayerNormalization()(t)
    t = t + layers.MultiHeadAttention(4, 8)(n, n)
    n = layers.LayerNormalization()(t)
    t = t + layers.Dense(32)(layers.Dense(64, activation="gelu")(n))
t = layers.GlobalAveragePooling1D()(layers.LayerNormalization()(t))
model = keras.Model(i, layers.Dense(10, activation="softmax")(t))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(xt, yt, validation_data=(xv, yv), epochs=12, verbose=0)
