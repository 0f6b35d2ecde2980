import keras
from blocks import Head
from sklearn.datasets import make_circles


class Trainer:
    def __init__(self, epochs):
        self.epochs = epochs
        self.model = keras.Sequential([keras.Input((2,)), Head(32)])
        self.model.compile("adam", "binary_crossentropy")

    def run(self):
        x, y = make_circles(n_samples=600, noise=0.1, factor=0.5, random_state=1)
        self.model.fit(x, y, validation_split=0.3, epochs=self.epochs, verbose=0)  # the fit
