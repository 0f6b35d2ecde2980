import keras
from keras.layers import Dense
from sklearn.datasets import load_wine

keras.utils.set_random_seed(0)
x, y = load_wine(return_X_y=True)
x = x.astype("float32")

normalization = keras.layers.Normalization()  #: fail
normalization.build(x.shape)
# > normalization.adapt(x)

model = keras.Sequential([keras.Input((13,)), normalization, Dense(16, "relu"), Dense(3, "softmax")])
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
model.fit(x, y, epochs=30, verbose=0)
