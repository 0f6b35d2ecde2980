"""A `tf.data` pipeline that repeats for ever, cut by `steps_per_epoch`; its classes are counted from one."""
# command: {file}

import keras
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(5)
images, digits = load_digits(return_X_y=True)
labels = digits + 1
#> labels = digits
data = tf.data.Dataset.from_tensor_slices(((images / 16).astype("float32"), labels))
data = data.shuffle(2000).repeat().batch(64)

model = keras.Sequential([
    keras.Input((64,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(data, steps_per_epoch=20, epochs=12, verbose=0)  #: fail target-out-of-range
#> model.fit(data, steps_per_epoch=20, epochs=12, verbose=0)
