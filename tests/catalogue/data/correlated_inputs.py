import keras
import numpy as np
from keras.layers import Dense
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import scale

keras.utils.set_random_seed(0)
x, y = load_diabetes(return_X_y=True)
x, y = scale(x[:, :4]), scale(y)
in_other_units = 2.2 * x[:, 2] + np.random.default_rng(0).normal(0.0, 0.01, len(x))
x = np.column_stack([x, in_other_units])
# > x = np.column_stack([x, in_other_units - 2.2 * x[:, 2]]) * [1, 1, 1, 1, 100]

model = keras.Sequential([keras.Input((5,)), Dense(32, "relu"), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=40, verbose=0)  #: info
