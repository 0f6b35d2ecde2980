"""Mixed precision with a scaled loss; what is small enough for float32 is zero in float16."""
# command: {file}

import keras
from keras import layers, ops
from sklearn.datasets import load_digits

keras.mixed_precision.set_global_policy("mixed_float16")
images, digits = load_digits(return_X_y=True)
images = images / 16

inputs = keras.Input((64,))
hidden = layers.Dense(48, activation="relu")(inputs)
hidden = layers.Lambda(lambda x: ops.log(x + 1e-9))(hidden)  #: fail non-finite-values
#> hidden = layers.Lambda(lambda x: ops.log(x + 1e-2))(hidden)
hidden = layers.Dense(32, activation="relu")(hidden)
outputs = layers.Dense(10, activation="softmax", dtype="float32")(hidden)
model = keras.Model(inputs, outputs)
model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, digits, batch_size=64, epochs=10, validation_split=0.2)
