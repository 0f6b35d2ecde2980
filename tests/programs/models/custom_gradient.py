"""An activation with a gradient written by hand, in a layer inside a model inside a model."""

import keras
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")


@tf.custom_gradient
def swish(x):
    gate = tf.sigmoid(x)

    def gradient(upstream):
        return upstream * (gate + x * gate)
        #> return upstream * (gate + x * gate * (1 - gate))

    return x * gate, gradient


class Swish(layers.Layer):
    def call(self, x):
        return swish(x)


body = keras.Sequential(
    [
        layers.Dense(48),
        Swish(),  #: fail gradient-mismatch
        #> Swish(),
        layers.Dense(32),
        Swish(),
    ]
)
model = keras.Sequential([keras.Input((64,)), body, layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, digits, batch_size=64, epochs=12, validation_split=0.2)
