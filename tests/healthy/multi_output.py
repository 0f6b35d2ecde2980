"""One body, a value and a class."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(3)
rng = np.random.default_rng(0)
x = rng.normal(size=(3000, 8)).astype("float32")
y = (
    2.0
    + x[:, 0]
    - 0.7 * x[:, 1] ** 2
    + np.sin(2 * x[:, 2])
    + 0.5 * x[:, 3] * x[:, 4]
    + 0.2 * rng.normal(size=3000)
).astype("float32")
c = (x[:, 5] + x[:, 6] > 0).astype("int32")
i = keras.Input((8,))
t = layers.Dense(48, activation="relu")(i)
model = keras.Model(
    i,
    {
        "value": layers.Dense(1, name="value")(t),
        "side": layers.Dense(1, activation="sigmoid", name="side")(t),
    },
)
model.compile(
    keras.optimizers.Adam(0.005),
    loss={"value": "mse", "side": "binary_crossentropy"},
    loss_weights={"value": 1.0, "side": 0.5},
    metrics={"side": ["accuracy"]},
)
model.fit(x, {"value": y, "side": c}, validation_split=0.2, epochs=15, verbose=0)
