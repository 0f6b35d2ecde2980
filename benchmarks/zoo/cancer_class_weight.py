"""Breast cancer with few malignant cases, which weigh more."""
# reaches: val_auc 0.95, by chance 0.50

import argparse

import keras
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
seed = parser.parse_args().seed
keras.utils.set_random_seed(seed)
x, y = load_breast_cancer(return_X_y=True)
kept = np.flatnonzero((y == 1) | (np.arange(len(y)) % 3 == 0))
x, y = x[kept], 1 - y[kept]
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.4, stratify=y, random_state=seed)
scaler = StandardScaler().fit(x_train)
x_train, x_test = scaler.transform(x_train), scaler.transform(x_test)

model = keras.Sequential(
    [
        keras.Input((30,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(8, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.002),
    loss="binary_crossentropy",
    metrics=[keras.metrics.AUC(name="auc")],
)
model.fit(
    x_train,
    y_train,
    validation_data=(x_test, y_test),
    class_weight={0: 0.6, 1: 2.5},
    epochs=25,
    batch_size=16,
    verbose=0,
)
