"""A rate at which every step overshoots further than the one before, and nothing holds the gradient."""

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
        layers.Input((10,)),
        layers.Dense(1),
    ]
)
rate = 0.3
#> rate = 0.02
model.compile(keras.optimizers.SGD(rate), "mse")  #: fail
model.fit(x, y, batch_size=32, epochs=20)
