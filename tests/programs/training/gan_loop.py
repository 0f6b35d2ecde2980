"""The DCGAN tutorial's loop: two tapes in a `tf.function`, two optimizers, losses in functions."""
# command: {file}

import keras
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
images = (load_digits().images[..., None] / 8 - 1).astype("float32")
dataset = tf.data.Dataset.from_tensor_slices(images).shuffle(2000, seed=0).batch(128)

generator = keras.Sequential([
    keras.Input((16,)),
    layers.Dense(4 * 4 * 16),
    layers.LeakyReLU(),
    layers.Reshape((4, 4, 16)),
    layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="tanh"),
])
discriminator = keras.Sequential([
    keras.Input((8, 8, 1)),
    layers.Conv2D(16, 3, strides=2, padding="same"),
    layers.LeakyReLU(),
    layers.Dropout(0.3),
    layers.Flatten(),
    layers.Dense(1),
])
cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
generator_optimizer = keras.optimizers.Adam(1e-4)
discriminator_optimizer = keras.optimizers.Adam(1e-4)


def discriminator_loss(real, fake):
    return cross_entropy(tf.ones_like(real), real) + cross_entropy(tf.zeros_like(fake), fake)


@tf.function
def train_step(batch):
    noise = tf.random.normal([tf.shape(batch)[0], 16])
    with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
        generated = generator(noise, training=True)
        real_output = discriminator(batch, training=True)
        fake_output = discriminator(tf.stop_gradient(generated), training=True)
        #> fake_output = discriminator(generated, training=True)
        gen_loss = cross_entropy(tf.ones_like(fake_output), fake_output)
        disc_loss = discriminator_loss(real_output, fake_output)
    for_generator = gen_tape.gradient(gen_loss, generator.trainable_variables)
    for_discriminator = disc_tape.gradient(disc_loss, discriminator.trainable_variables)
    generator_optimizer.apply_gradients(zip(for_generator, generator.trainable_variables))
    discriminator_optimizer.apply_gradients(zip(for_discriminator, discriminator.trainable_variables))


for epoch in range(6):
    for batch in dataset:
        train_step(batch)  #: fail disconnected-weights
