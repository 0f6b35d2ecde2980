"""Spectral, unit and layer normalization, one of them along the wrong axis."""

import keras
from keras import layers
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")

model = keras.Sequential(
    [
        keras.Input((64,)),
        layers.SpectralNormalization(layers.Dense(48, activation="relu")),
        layers.LayerNormalization(),
        layers.Dense(48, activation="relu", kernel_constraint=keras.constraints.MaxNorm(3)),
        layers.UnitNormalization(axis=0),  #: fail batch-mixing
        #> layers.UnitNormalization(axis=-1),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, digits, batch_size=64, epochs=10, validation_split=0.2)
