"""Plain SGD at a rate of 2, copied from an example whose features were smaller."""

import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = (x / 16).astype("float32")

model = keras.Sequential(
    [
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
RATE = 2.0
#> RATE = 0.1
model.compile(  #: fail
    keras.optimizers.SGD(RATE), "sparse_categorical_crossentropy", metrics=["accuracy"]
)
model.fit(x, y, batch_size=32, epochs=10, validation_split=0.2)
