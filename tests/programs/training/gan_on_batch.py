"""A GAN in the old style, `train_on_batch` on a combined model: Keras 3 never trains a discriminator frozen before."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
images = (load_digits().data / 8 - 1).astype("float32")

discriminator = keras.Sequential([keras.Input((64,)), layers.Dense(32), layers.LeakyReLU(), layers.Dense(1, "sigmoid")])
discriminator.compile(keras.optimizers.Adam(2e-4, 0.5), "binary_crossentropy", metrics=["accuracy"])  #: fail nothing-to-train
generator = keras.Sequential([keras.Input((16,)), layers.Dense(64), layers.LeakyReLU(), layers.Dense(64, "tanh")])
noise = keras.Input((16,))
discriminator.trainable = False
combined = keras.Model(noise, discriminator(generator(noise)))
combined.compile(keras.optimizers.Adam(2e-4, 0.5), "binary_crossentropy")

rng = np.random.default_rng(0)
for step in range(60):
    real = images[rng.integers(0, len(images), 32)]
    fake = generator.predict(rng.normal(size=(32, 16)), verbose=0)
    #> fake, discriminator.trainable = generator.predict(rng.normal(size=(32, 16)), verbose=0), True
    d_real = discriminator.train_on_batch(real, np.ones((32, 1)))
    d_fake = discriminator.train_on_batch(fake, np.zeros((32, 1)))
    g_loss = combined.train_on_batch(rng.normal(size=(32, 16)), np.ones((32, 1)))
    #> discriminator.trainable = False; g_loss = combined.train_on_batch(rng.normal(size=(32, 16)), np.ones((32, 1)))
