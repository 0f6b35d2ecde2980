"""Attention written as a layer of one's own over the rows of an image, in a functional model."""

import keras
from keras import layers, ops
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = (images / 16).reshape(-1, 8, 8).astype("float32")


class SelfAttention(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.query, self.key, self.value = (layers.Dense(units) for _ in range(3))
        self.units = units

    def call(self, x):
        scores = ops.einsum("bqd,bkd->bqk", self.query(x), self.key(x)) / self.units**0.5
        weights = ops.softmax(scores, axis=0)
        #> weights = ops.softmax(scores, axis=-1)
        return ops.einsum("bqk,bkd->bqd", weights, self.value(x))


inputs = keras.Input((8, 8))
hidden = layers.Dense(32)(inputs)
hidden = layers.LayerNormalization()(hidden + SelfAttention(32)(hidden))  #: fail batch-mixing
#> hidden = layers.LayerNormalization()(hidden + SelfAttention(32)(hidden))
hidden = layers.Dense(32, activation="gelu")(hidden)
outputs = layers.Dense(10, activation="softmax")(layers.Flatten()(hidden))
model = keras.Model(inputs, outputs)
model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, digits, batch_size=64, epochs=10, validation_split=0.2)
