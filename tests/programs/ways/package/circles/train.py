import sys

import keras

from . import data

x, y = data.load()
model = keras.Sequential([keras.Input((2,))])
model.add(keras.layers.Dense(32, activation="relu"))
model.add(keras.layers.Dense(1, activation="sigmoid"))
model.compile("adam", "binary_crossentropy")

if __name__ == "__main__":
    epochs = int(sys.argv[1])
    model.fit(x, y, validation_split=0.3, epochs=epochs, verbose=0)  #: fail target-out-of-range
