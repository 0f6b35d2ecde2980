"""Structured data: numbers normalized and categories looked up by layers of the model."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_breast_cancer

cells = load_breast_cancer()
radius, texture, area = (cells.data[:, i : i + 1] for i in (0, 1, 3))
columns = {
    "texture": texture.astype("float32"),
    "area": area.astype("float32"),
    "size": np.where(radius > 15, "large", np.where(radius > 12, "medium", "small")).astype(object),
    "level": np.digitize(cells.data[:, 4:5], [0.085, 0.1]).astype("int64"),
}
target = cells.target
train_ds = tf.data.Dataset.from_tensor_slices((columns, target)).shuffle(600, seed=0).batch(32)


def encode_numerical_feature(feature, name):
    normalizer = layers.Normalization()  #: fail unadapted-normalization
    #> normalizer = layers.Normalization()
    normalizer.build((None, 1))
    #> normalizer.adapt(columns[name])
    return normalizer(feature)


inputs = {
    "texture": keras.Input(shape=(1,), name="texture"),
    "area": keras.Input(shape=(1,), name="area"),
    "size": keras.Input(shape=(1,), name="size", dtype="string"),
    "level": keras.Input(shape=(1,), name="level", dtype="int64"),
}
lookup = layers.StringLookup(output_mode="binary")
lookup.adapt(columns["size"])
levels = layers.IntegerLookup(output_mode="binary")
levels.adapt(columns["level"])
all_features = layers.concatenate(
    [
        encode_numerical_feature(inputs["texture"], "texture"),
        encode_numerical_feature(inputs["area"], "area"),
        lookup(inputs["size"]),
        levels(inputs["level"]),
    ]
)
x = layers.Dense(32, activation="relu")(all_features)
x = layers.Dropout(0.3)(x)
output = layers.Dense(1, activation="sigmoid")(x)
model = keras.Model(inputs, output)
model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", metrics=["accuracy"])
model.fit(train_ds, epochs=15)
