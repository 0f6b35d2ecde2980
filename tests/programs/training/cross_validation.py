"""Five folds, a new model each: one configuration, checked once."""

import keras
import numpy as np
from sklearn.datasets import load_wine
from sklearn.model_selection import StratifiedKFold

x, y = load_wine(return_X_y=True)
x = x.astype("float32")
#> x = ((x - x.mean(0)) / x.std(0)).astype("float32")


def build():
    model = keras.Sequential([
        keras.Input((13,)),
        keras.layers.Dense(32, activation="relu"),  #: fail missing-input-normalization
        keras.layers.Dense(3, activation="softmax"),
    ])
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


scores = []
for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(x, y):
    keras.utils.set_random_seed(3)
    model = build()
    history = model.fit(x[train], y[train], validation_data=(x[test], y[test]), epochs=25, batch_size=16, verbose=0)
    scores.append(history.history["val_accuracy"][-1])
print(np.mean(scores))
