"""Saves a model, as a training script would before anyone checks `model.keras`."""

import keras

model = keras.Sequential([keras.Input((2,))])
model.add(keras.layers.Dense(32, activation="relu"))
model.add(keras.layers.Dense(1, activation="relu"))
#> model.add(keras.layers.Dense(1, activation="sigmoid"))
model.compile("adam", "binary_crossentropy")
model.save("model.keras")
