import keras
from keras.layers import Dense
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)

model = keras.Sequential(
    [
        keras.Input((64,)),
        Dense(64, "relu"),
        Dense(10, "softmax", kernel_initializer=keras.initializers.RandomNormal(0.0, 30.0)),  #: fail
        # > Dense(10, "softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x / 16, y, epochs=5, verbose=0)
