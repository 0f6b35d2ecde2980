import keras
import numpy as np
from keras.layers import Dense
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
by_class = np.argsort(y, kind="stable")
x, y = x[by_class] / 16, y[by_class]

model = keras.Sequential([keras.Input((64,)), Dense(32, "relu"), Dense(10, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=10, shuffle=False, verbose=0)  #: fail
# > model.fit(x, y, epochs=10, verbose=0)
