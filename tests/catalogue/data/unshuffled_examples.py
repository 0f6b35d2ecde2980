import keras
from keras.layers import Dense
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale

keras.utils.set_random_seed(0)
x, y = load_wine(return_X_y=True)

model = keras.Sequential([keras.Input((13,)), Dense(16, "relu"), Dense(3, "softmax")])
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
model.fit(scale(x), y, epochs=10, batch_size=16, shuffle=False, verbose=0)  #: warn
# > model.fit(scale(x), y, epochs=10, batch_size=16, verbose=0)
