"""A rate just above what the features bear: every step overshoots, and the weights swing wider and wider."""

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
        layers.Dense(1),  #: warn
    ]
)
rate = 0.27
#> rate = 0.02
model.compile(keras.optimizers.SGD(rate), "mse")
model.fit(x, y, batch_size=64, epochs=30)
