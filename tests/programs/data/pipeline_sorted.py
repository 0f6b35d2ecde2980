"""A batched `tf.data` pipeline over files sorted by class: `shuffle=True` of `fit` does nothing for it."""
# nightly command: {file}

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(3)
images, digits = load_digits(return_X_y=True)
order = np.argsort(digits, kind="stable")
data = tf.data.Dataset.from_tensor_slices(((images[order] / 16).astype("float32"), digits[order]))
data = data.batch(32).prefetch(tf.data.AUTOTUNE)
#> data = data.shuffle(len(digits)).batch(32).prefetch(tf.data.AUTOTUNE)

model = keras.Sequential([
    keras.Input((64,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy")
model.fit(data, epochs=5, verbose=0)  #: fail unshuffled-examples
#> model.fit(data, epochs=5, verbose=0)
