"""`tf.data.Dataset.from_generator`: how many batches there are is not known; labels are -1 and 1."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(6)
random = np.random.default_rng(6)
points = random.normal(size=(800, 2)).astype("float32")
inside = np.where((points**2).sum(axis=1) < 1.4, 1.0, -1.0).astype("float32")
#> inside = np.where((points**2).sum(axis=1) < 1.4, 1.0, 0.0).astype("float32")


def examples():
    for at in np.random.permutation(len(points)):
        yield points[at], inside[at]


signature = (tf.TensorSpec((2,), tf.float32), tf.TensorSpec((), tf.float32))
data = tf.data.Dataset.from_generator(examples, output_signature=signature).batch(32)
model = keras.Sequential([
    keras.Input((2,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
model.fit(data, epochs=15, verbose=0)  #: fail target-out-of-range
#> model.fit(data, epochs=15, verbose=0)
