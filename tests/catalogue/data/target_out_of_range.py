import keras
from keras.layers import Dense
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
labels = y + 1
# > labels = y

model = keras.Sequential([keras.Input((64,)), Dense(32, "relu"), Dense(10, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x / 16, labels, epochs=20, verbose=0)  #: fail
