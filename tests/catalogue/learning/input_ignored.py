import keras
from keras import layers, ops
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)


class AddPositions(layers.Layer):
    """Add a learned embedding of the position to each row."""

    def build(self, shape):
        self.table = self.add_weight(shape=shape[1:], initializer="glorot_uniform")

    def call(self, x):
        return ops.zeros_like(x) + self.table
        # > return x + self.table


images, y = load_digits(return_X_y=True)
x = (images.reshape(-1, 8, 8) / 16).astype("float32")
model = keras.Sequential(
    [
        keras.Input((8, 8)),
        AddPositions(),
        layers.LSTM(16),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=32, epochs=5, validation_split=0.2, verbose=0)  #: fail
