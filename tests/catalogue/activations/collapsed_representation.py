import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = (x / 16).astype("float32")


def hidden():
    initializer = keras.initializers.RandomNormal(stddev=0.001)
    # > initializer = keras.initializers.GlorotUniform()
    return layers.Dense(32, activation="tanh", kernel_initializer=initializer, bias_initializer="ones")


model = keras.Sequential(
    [
        keras.Input((64,)),
        hidden(),
        hidden(),
        hidden(),
        layers.Dense(10, activation="softmax"),  #: fail
    ]
)
model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=32, epochs=10, validation_split=0.2, verbose=0)
