"""An L2 penalty of 1 where 0.0001 was meant: the weights shrink to nothing."""

import keras
from keras import layers, regularizers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = (x / 16).astype("float32")

L2 = regularizers.L2(1.0)
#> L2 = regularizers.L2(0.0001)
model = keras.Sequential(
    [
        layers.Input((64,)),
        layers.Dense(32, activation="relu", kernel_regularizer=L2),  #: fail
        layers.Dense(10, activation="softmax", kernel_regularizer=L2),  #: fail
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=64, epochs=20, validation_split=0.2)
