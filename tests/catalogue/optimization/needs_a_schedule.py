"""A constant rate that is fine at first and too high to settle."""

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
rate = 0.08
#> rate = keras.optimizers.schedules.CosineDecay(0.08, decay_steps=40 * 56)
model.compile(keras.optimizers.SGD(rate), "mse")  #: info
model.fit(x, y, batch_size=8, epochs=40)
