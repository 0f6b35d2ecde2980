"""A convolutional autoencoder that takes noise out of digits."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

images, _ = load_digits(return_X_y=True)
train_data = images.reshape(-1, 8, 8, 1).astype("float32")
#> train_data = images.reshape(-1, 8, 8, 1).astype("float32") / 16
noise = np.random.default_rng(0).normal(scale=0.3, size=train_data.shape) * train_data.max()
noisy_train_data = np.clip(train_data + noise, 0, train_data.max())

inputs = layers.Input(shape=(8, 8, 1))
x = layers.Conv2D(16, (3, 3), activation="relu", padding="same")(inputs)
x = layers.MaxPooling2D((2, 2), padding="same")(x)
x = layers.Conv2D(16, (3, 3), activation="relu", padding="same")(x)
x = layers.MaxPooling2D((2, 2), padding="same")(x)
x = layers.Conv2DTranspose(16, (3, 3), strides=2, activation="relu", padding="same")(x)
x = layers.Conv2DTranspose(16, (3, 3), strides=2, activation="relu", padding="same")(x)
x = layers.Conv2D(1, (3, 3), activation="sigmoid", padding="same")(x)
autoencoder = keras.Model(inputs, x)
autoencoder.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy")
autoencoder.fit(  #: fail target-out-of-range
#> autoencoder.fit(
    x=noisy_train_data[:800], y=train_data[:800], epochs=8, batch_size=40, shuffle=True,
    validation_data=(noisy_train_data[800:1000], train_data[800:1000]),
)
