import keras
from keras import layers
from sklearn.datasets import make_circles

keras.utils.set_random_seed(2)
x, y = make_circles(400, noise=0.1, factor=0.4, random_state=0)
units = 3
# > units = 32
model = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(units, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=32, epochs=40, verbose=0)  #: warn
