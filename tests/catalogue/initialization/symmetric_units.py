import keras
from keras.layers import Dense
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import scale

keras.utils.set_random_seed(0)
x, y = load_breast_cancer(return_X_y=True)

model = keras.Sequential(
    [
        keras.Input((30,)),
        Dense(16, "relu", kernel_initializer=keras.initializers.Constant(0.1)),  #: fail
        # > Dense(16, "relu"),
        Dense(1, "sigmoid", kernel_initializer=keras.initializers.Constant(0.1)),
        # > Dense(1, "sigmoid"),
    ]
)
model.compile(keras.optimizers.SGD(0.01), "binary_crossentropy")
model.fit(scale(x), y, epochs=20, verbose=0)
