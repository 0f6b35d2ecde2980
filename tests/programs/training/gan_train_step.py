"""A GAN as the Keras guides write it: two optimizers, and a `train_step` with two tapes."""
# command: {file}

import keras
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
images = (load_digits().data / 8 - 1).astype("float32")


class GAN(keras.Model):
    def __init__(self, discriminator, generator, latent_dim):
        super().__init__()
        self.discriminator, self.generator, self.latent_dim = discriminator, generator, latent_dim
        self.d_loss_metric = keras.metrics.Mean(name="d_loss")
        self.g_loss_metric = keras.metrics.Mean(name="g_loss")

    def compile(self, d_optimizer, g_optimizer, loss_fn):
        super().compile()
        self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn

    @property
    def metrics(self):
        return [self.d_loss_metric, self.g_loss_metric]

    def train_step(self, real):
        count = tf.shape(real)[0]
        fake = self.generator(tf.random.normal((count, self.latent_dim)))
        labels = tf.concat([tf.ones((count, 1)), tf.zeros((count, 1))], axis=0)
        with tf.GradientTape() as tape:
            d_loss = self.loss_fn(labels, self.discriminator(tf.concat([fake, real], axis=0)))
        grads = tape.gradient(d_loss, self.discriminator.trainable_weights)
        self.d_optimizer.apply_gradients(zip(grads, self.discriminator.trainable_weights))
        with tf.GradientTape() as tape:
            fooled = self.discriminator(self.generator(tf.random.normal((count, self.latent_dim))))
            g_loss = self.loss_fn(tf.zeros((count, 1)), fooled)
        grads = tape.gradient(g_loss, self.discriminator.trainable_weights)
        #> grads = tape.gradient(g_loss, self.generator.trainable_weights)
        self.g_optimizer.apply_gradients(zip(grads, self.discriminator.trainable_weights))
        #> self.g_optimizer.apply_gradients(zip(grads, self.generator.trainable_weights))
        self.d_loss_metric.update_state(d_loss)
        self.g_loss_metric.update_state(g_loss)
        return {"d_loss": self.d_loss_metric.result(), "g_loss": self.g_loss_metric.result()}


discriminator = keras.Sequential([keras.Input((64,)), layers.Dense(64), layers.LeakyReLU(), layers.Dense(1)])
generator = keras.Sequential([
    keras.Input((16,)),
    layers.Dense(64, activation="relu"),  #: fail weights-not-updating
    layers.Dense(64, activation="tanh"),
])
gan = GAN(discriminator, generator, 16)
gan.compile(keras.optimizers.Adam(3e-4), keras.optimizers.Adam(3e-4), keras.losses.BinaryCrossentropy(from_logits=True))
gan.fit(images, batch_size=64, epochs=4, verbose=0)
