"""Whole numbers looked up in an embedding, whose gradient is one of single rows."""

import keras
from keras import layers
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
levels = (images // 4).astype("int32")

model = keras.Sequential(
    [
        keras.Input((64,), dtype="int32"),
        layers.Embedding(5, 4),
        layers.Flatten(),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="softmax"),  #: fail output-loss-mismatch
        #> layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(levels, digits >= 5, batch_size=64, epochs=12, validation_split=0.2)
