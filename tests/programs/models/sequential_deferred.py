"""A Sequential model that learns the shape of its input from the data; the labels count from one."""
# command: {file}

import keras
from keras import layers
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = images.reshape(-1, 8, 8, 1) / 16
labels = digits + 1
#> labels = digits

model = keras.Sequential()
model.add(layers.Conv2D(16, 3, activation="relu"))
model.add(layers.MaxPooling2D())
model.add(layers.Flatten())
model.add(layers.Dense(10, activation="softmax"))
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, labels, batch_size=64, epochs=8, validation_split=0.2)  #: fail target-out-of-range
#> model.fit(images, labels, batch_size=64, epochs=8, validation_split=0.2)
