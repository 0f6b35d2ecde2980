"""The GAN guide's model again, with a rate that came out of a division of zero by zero."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
images = (load_digits().data / 8 - 1).astype("float32")
done, planned = np.float32(0), np.float32(0)
with np.errstate(invalid="ignore"):
    rate = float(3e-4 * (1 + done / planned))
    #> rate = 3e-4


class GAN(keras.Model):
    def __init__(self):
        super().__init__()
        self.discriminator = keras.Sequential([keras.Input((64,)), layers.Dense(64, "relu"), layers.Dense(1)])
        self.generator = keras.Sequential([keras.Input((16,)), layers.Dense(64, "relu"), layers.Dense(64, "tanh")])
        self.loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)

    def compile(self, d_optimizer, g_optimizer):
        super().compile(optimizer=d_optimizer)
        self.g_optimizer = g_optimizer

    def call(self, x):
        return self.discriminator(x)

    def train_step(self, real):
        ones, zeros = tf.ones((tf.shape(real)[0], 1)), tf.zeros((tf.shape(real)[0], 1))
        noise = tf.random.normal((tf.shape(real)[0], 16))
        with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
            fake = self.generator(noise, training=True)
            on_real, on_fake = self.discriminator(real, training=True), self.discriminator(fake, training=True)
            d_loss = self.loss_fn(ones, on_real) + self.loss_fn(zeros, on_fake)
            g_loss = self.loss_fn(ones, on_fake)
        d_weights, g_weights = self.discriminator.trainable_variables, self.generator.trainable_variables
        self.optimizer.apply_gradients(zip(d_tape.gradient(d_loss, d_weights), d_weights))
        self.g_optimizer.apply_gradients(zip(g_tape.gradient(g_loss, g_weights), g_weights))
        return {"d_loss": d_loss, "g_loss": g_loss}


gan = GAN()
gan.compile(keras.optimizers.Adam(3e-4), keras.optimizers.Adam(rate))
gan.fit(images, batch_size=64, epochs=4, verbose=0)  #: fail non-finite-values
