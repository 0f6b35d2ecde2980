"""A model built under a distribution strategy, on as many devices as there are."""
# nightly command: {file}

import keras
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")

strategy = tf.distribute.MirroredStrategy()
with strategy.scope():
    model = keras.Sequential(
        [
            keras.Input((64,)),
            layers.Dense(32, activation="relu"),
            layers.BatchNormalization(),
            layers.Dense(1, activation="relu"),  #: fail output-loss-mismatch
            #> layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(images, digits % 2, batch_size=64, epochs=10, validation_split=0.2)
