import keras
from keras import layers
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
x, y = load_diabetes(return_X_y=True)
x = StandardScaler().fit_transform(x).astype("float32")
y = ((y - y.mean()) / y.std()).astype("float32")
model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(1),
    ]
)
rate = 1.0
# > rate = 0.01
model.compile(keras.optimizers.SGD(rate), "mse")
model.fit(x, y, batch_size=32, epochs=30, verbose=0)  #: fail
