"""A schedule object of one's own, without a configuration, as the Transformer tutorial has it."""

import keras
import tensorflow as tf
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")


class WarmUp(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, peak, steps):
        self.peak, self.steps = peak, steps

    def __call__(self, step):
        step = tf.cast(step, tf.float32) + 1.0
        return self.peak * tf.minimum(step / self.steps, tf.sqrt(self.steps / step))


model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
rate = WarmUp(2e-6, 50.0)
#> rate = WarmUp(0.005, 50.0)
model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])  #: fail learning-rate-too-low
model.fit(images, digits, validation_split=0.2, epochs=12, verbose=0)
