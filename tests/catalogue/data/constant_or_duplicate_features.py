import keras
from keras.layers import Dense, Flatten
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
digits = load_digits()
images = digits.images.astype("uint8") * 15
x = images // 255
# > x = images / 255

model = keras.Sequential([keras.Input((8, 8)), Flatten(), Dense(32, "relu"), Dense(10, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, digits.target, epochs=10, verbose=0)  #: fail
