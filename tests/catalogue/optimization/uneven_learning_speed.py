"""Plain SGD, and one kernel drawn a thousand times larger than the others."""

import keras
from keras import layers
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
x, y = load_breast_cancer(return_X_y=True)
x = StandardScaler().fit_transform(x).astype("float32")

SCALE = 100.0
#> SCALE = 0.2
model = keras.Sequential(
    [
        layers.Input((30,)),
        layers.Dense(16, kernel_initializer=keras.initializers.RandomNormal(stddev=SCALE)),  #: info
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.SGD(0.1), "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=32, epochs=20)
