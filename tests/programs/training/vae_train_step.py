"""A VAE with a `train_step` of its own that returns trackers, compiled for XLA or not, as the guides write it."""

import keras
from keras import layers, ops
import tensorflow as tf
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
images = (load_digits().data / 16).astype("float32")


class Sampling(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(1)

    def call(self, inputs):
        mean, log_var = inputs
        return mean + ops.exp(0.5 * log_var) * keras.random.normal(ops.shape(mean), seed=self.seed_generator)


class VAE(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense(64, activation="relu")
        self.mean, self.log_var = layers.Dense(8), layers.Dense(8)
        self.sampling = Sampling()
        self.decoder = keras.Sequential([layers.Dense(64, activation="relu"), layers.Dense(64, activation="sigmoid")])
        self.loss_tracker = keras.metrics.Mean(name="loss")

    @property
    def metrics(self):
        return [self.loss_tracker]

    def call(self, x):
        hidden = self.hidden(x)
        mean, log_var = self.mean(hidden), self.log_var(hidden)
        self.add_loss(-5e-4 * ops.mean(ops.sum(1 + log_var - ops.square(mean) - ops.exp(log_var), axis=-1)))
        return self.decoder(self.sampling((mean, log_var)))

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        weights = self.trainable_weights
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        self.loss_tracker.update_state(loss)
        return {"loss": self.loss_tracker.result()}


model = VAE()
model.compile(keras.optimizers.Adam(3e-6), "binary_crossentropy", jit_compile=False, steps_per_execution=4)  #: fail learning-rate-too-low
#> model.compile(keras.optimizers.Adam(3e-3), "binary_crossentropy", jit_compile=False, steps_per_execution=4)
model.fit(images, images, epochs=15, batch_size=64, verbose=0)
