"""A subclassed model that keeps its layers in a list and a dictionary, and models inside it."""

import keras
from keras import layers, ops
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")


class Residual(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.body = keras.Sequential([layers.Dense(units, activation="relu"), layers.Dense(units)])  #: fail disconnected-weights
        #> self.body = keras.Sequential([layers.Dense(units, activation="relu"), layers.Dense(units)])
        self.norm = layers.LayerNormalization()

    def call(self, x):
        return self.norm(x + ops.stop_gradient(self.body(x)))
        #> return self.norm(x + self.body(x))


class Classifier(keras.Model):
    def __init__(self):
        super().__init__()
        self.entry = layers.Dense(48, activation="relu")
        self.blocks = [Residual(48) for _ in range(2)]
        self.heads = {"digit": layers.Dense(10, activation="softmax")}

    def call(self, x, training=False):
        x = self.entry(x)
        for block in self.blocks:
            x = block(x)
        return self.heads["digit"](x)


model = Classifier()
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, digits, batch_size=64, epochs=10, validation_split=0.2)
