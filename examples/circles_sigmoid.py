"""Two circles, three hidden sigmoid layers: the classic that does not learn."""

import keras
from sklearn.datasets import make_circles

x, y = make_circles(n_samples=1000, noise=0.1, factor=0.5, random_state=1)
x_train, x_test, y_train, y_test = x[:500], x[500:], y[:500], y[500:]

model = keras.Sequential()
model.add(keras.Input((2,)))
model.add(keras.layers.Dense(5, activation="sigmoid"))
model.add(keras.layers.Dense(5, activation="sigmoid"))
model.add(keras.layers.Dense(5, activation="sigmoid"))
model.add(keras.layers.Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])

model.fit(x_train, y_train, validation_data=(x_test, y_test), epochs=100, batch_size=32, verbose=0)
print("test accuracy:", model.evaluate(x_test, y_test, verbose=0)[1])
