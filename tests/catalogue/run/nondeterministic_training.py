import keras
import numpy as np
import tensorflow as tf
from keras.layers import Dense
from sklearn.datasets import load_digits


class Jitter(keras.layers.Layer):
    """Move every image a little."""

    def call(self, x, training=False):
        if not training:
            return x
        noise = tf.numpy_function(lambda: np.random.default_rng().normal(0, 0.1, 64), [], tf.float64)
        # > noise = keras.random.normal((64,), 0.0, 0.1, seed=self.seeds)
        return x + tf.cast(tf.reshape(noise, (64,)), x.dtype)

    def build(self, _):
        self.seeds = keras.random.SeedGenerator(0)


keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)

model = keras.Sequential([keras.Input((64,)), Jitter(), Dense(32, "relu"), Dense(10, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x / 16, y, epochs=10, verbose=0)  #: info
