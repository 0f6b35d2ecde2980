"""A regression on real data with a learning rate that is far too high."""

import keras
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import scale

x, y = load_diabetes(return_X_y=True)
x, y = scale(x), scale(y)

model = keras.Sequential(
    [
        keras.Input((10,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(1),
    ]
)
model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=1.5),
    loss="mean_squared_error",
)
model.fit(x, y, validation_split=0.2, epochs=20, batch_size=32, verbose=0)
