import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
x, y = load_diabetes(return_X_y=True)
x = StandardScaler().fit_transform(x).astype("float32")
y = np.log(y / y.max()).astype("float32")
model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="relu"),
        # > layers.Dense(1),
    ]
)
model.compile(keras.optimizers.Adam(0.003), "mse")  #: fail
model.fit(x, y, batch_size=32, epochs=30, validation_split=0.2, verbose=0)
