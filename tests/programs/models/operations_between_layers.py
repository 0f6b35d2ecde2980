"""Operations of Keras between the layers of a functional model, one of which has no gradient."""

import keras
from keras import layers, ops
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")

inputs = keras.Input((64,))
rows = ops.reshape(inputs, (-1, 8, 8))
marked = ops.concatenate([rows, ops.mean(rows, axis=1, keepdims=True)], axis=1)
hidden = layers.Dense(24, activation="relu")(ops.reshape(marked, (-1, 72)))  #: fail disconnected-weights
#> hidden = layers.Dense(24, activation="relu")(ops.reshape(marked, (-1, 72)))
hidden = ops.round(hidden * 4) / 4
#> hidden = ops.clip(hidden * 4, 0, 24) / 4
outputs = layers.Dense(10, activation="softmax")(hidden)
model = keras.Model(inputs, outputs)
model.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, digits, batch_size=64, epochs=12, validation_split=0.2)
