import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = (x / 16).astype("float32")
bias = keras.initializers.Constant(-10.0)
# > bias = keras.initializers.Zeros()
model = keras.Sequential(
    [
        keras.Input((64,)),
        layers.Dense(32, activation="relu", bias_initializer=bias),  #: fail
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=32, epochs=10, validation_split=0.2, verbose=0)
