"""Three-dimensional convolutions, and one-dimensional ones over what they leave."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = images.reshape(-1, 8, 8) / 16
# A volume is an image that moves one pixel to the right in each of four moments.
volumes = np.stack([np.roll(images, step, axis=2) for step in range(4)], axis=1)[..., None]
labels = keras.utils.to_categorical(digits)

model = keras.Sequential(
    [
        keras.Input((4, 8, 8, 1)),
        layers.Conv3D(8, (2, 3, 3), activation="relu"),
        layers.MaxPooling3D((1, 2, 2)),
        layers.Reshape((9, 24)),
        layers.Conv1D(16, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(10, activation="relu"),  #: fail output-loss-mismatch
        #> layers.Dense(10, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(0.003), "categorical_crossentropy", metrics=["accuracy"])
model.fit(volumes[:1000], labels[:1000], batch_size=50, epochs=8, validation_data=(volumes[1000:1300], labels[1000:1300]))
