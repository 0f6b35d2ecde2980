import keras
import numpy as np
from keras.layers import Dense
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import scale

keras.utils.set_random_seed(0)
x, y = load_diabetes(return_X_y=True)
x, y = scale(x), scale(y)
x[17, 2] = np.nan
# > x[17, 2] = 0.0

model = keras.Sequential([keras.Input((10,)), Dense(32, "relu"), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=30, verbose=0)  #: fail
