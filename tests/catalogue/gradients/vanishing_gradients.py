"""Six sigmoid layers: next to nothing of the gradient comes back to the first ones."""

import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = (x / 16).astype("float32")

model = keras.Sequential([layers.Input((64,))])
for _ in range(6):
    model.add(layers.Dense(32, activation="sigmoid"))  #: fail
    #> model.add(layers.Dense(32, activation="relu"))
model.add(layers.Dense(10, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=64, epochs=15, validation_split=0.2)
