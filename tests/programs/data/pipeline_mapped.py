"""A `tf.data` pipeline of single examples, mapped, cached and batched; the pixels are scaled twice."""

import keras
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(4)
images, digits = load_digits(return_X_y=True)
images = (images * 255 / 16).reshape(-1, 8, 8, 1).astype("uint8")


def prepared(image, digit):
    image = tf.cast(image, tf.float32) / 255.0
    return image, tf.one_hot(digit, 10)


data = tf.data.Dataset.from_tensor_slices((images, digits)).map(prepared).cache().shuffle(2000).batch(32)
model = keras.Sequential([
    keras.Input((8, 8, 1)),
    layers.Rescaling(1 / 255),
    #> layers.Rescaling(1),
    layers.Conv2D(8, 3, activation="tanh"),  #: warn missing-input-normalization
    #> layers.Conv2D(8, 3, activation="tanh"),
    layers.Flatten(),
    layers.Dense(32, activation="tanh"),
    layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.SGD(0.05), "categorical_crossentropy", metrics=["accuracy"])
model.fit(data, epochs=6, verbose=0)  #: fail loss-not-decreasing
#> model.fit(data, epochs=6, verbose=0)
