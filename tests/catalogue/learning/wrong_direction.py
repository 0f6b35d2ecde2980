"""A log-likelihood that is minimized instead of maximized: the loss has no best constant to compare with."""

import keras
from keras import layers, ops
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
x, y = load_breast_cancer(return_X_y=True)
x, y = StandardScaler().fit_transform(x).astype("float32"), y.astype("float32").reshape(-1, 1)


def loss(y_true, y_pred):
    y_pred = ops.clip(y_pred, 1e-7, 1 - 1e-7)
    likelihood = ops.mean(y_true * ops.log(y_pred) + (1 - y_true) * ops.log(1 - y_pred), axis=-1)
    return likelihood  # noqa: RET504
    #> return -likelihood


model = keras.Sequential([layers.Input((30,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])  #: fail
model.fit(x, y, epochs=15, batch_size=32, verbose=0)
