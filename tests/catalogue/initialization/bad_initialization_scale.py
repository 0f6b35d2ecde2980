import keras
from keras.layers import Dense
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
start = keras.initializers.RandomNormal(stddev=1e-4, seed=1)
# > start = "he_normal"

model = keras.Sequential([keras.Input((64,))])
model.add(Dense(32, "relu", kernel_initializer=start))
model.add(Dense(32, "relu", kernel_initializer=start))
model.add(Dense(10, "softmax", kernel_initializer=start))  #: fail
model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
model.fit(x / 16, y, epochs=10, verbose=0)
