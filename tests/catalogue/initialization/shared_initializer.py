import keras
from keras.layers import Dense
from sklearn.datasets import make_circles

keras.utils.set_random_seed(0)
x, y = make_circles(600, noise=0.1, factor=0.5, random_state=1)
scheme = keras.initializers.HeNormal(seed=1)
# > scheme = "he_normal"

model = keras.Sequential([keras.Input((2,)), Dense(8, "relu")])
model.add(Dense(8, "relu", kernel_initializer=scheme))  #: warn
model.add(Dense(8, "relu", kernel_initializer=scheme))  #: warn
model.add(Dense(1, "sigmoid"))
model.compile("adam", "binary_crossentropy")
model.fit(x, y, epochs=60, verbose=0)
