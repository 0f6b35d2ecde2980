import keras
from keras.layers import Dense
from sklearn.datasets import load_wine

keras.utils.set_random_seed(0)
x, y = load_wine(return_X_y=True)
x = x.astype("float32")
# > x = (x - x.mean(axis=0)) / x.std(axis=0)

model = keras.Sequential([keras.Input((13,)), Dense(16, "relu"), Dense(3, "softmax")])  #: fail
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, epochs=40, verbose=0)
