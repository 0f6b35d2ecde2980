import keras
from keras.layers import Dense
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
is_positive = y == 8
# > is_positive = y >= 5

model = keras.Sequential([keras.Input((64,)), Dense(32, "relu"), Dense(1, "sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(x / 16, is_positive.astype("float32"), epochs=30, verbose=0)  #: info
