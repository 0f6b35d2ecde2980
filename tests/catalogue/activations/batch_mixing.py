import keras
from keras import layers, ops
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)


class Standardize(layers.Layer):
    """Give the features of each example zero mean and unit variance."""

    def call(self, x):
        axis = 0
        # > axis = -1
        centered = x - ops.mean(x, axis=axis, keepdims=True)
        return centered / (ops.std(x, axis=axis, keepdims=True) + 1e-3)


x, y = load_digits(return_X_y=True)
x = (x / 16).astype("float32")
model = keras.Sequential(
    [
        keras.Input((64,)),
        layers.Dense(32, activation="relu"),
        Standardize(),  #: fail
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=32, epochs=10, validation_split=0.2, verbose=0)
