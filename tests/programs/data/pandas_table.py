"""A table from pandas, columns on very different scales, its labels a column of their own."""
# nightly command: {file}

import keras
from keras import layers
from sklearn.datasets import load_wine

keras.utils.set_random_seed(1)
table = load_wine(as_frame=True).frame.sample(frac=1, random_state=1)
labels = table.pop("target")
columns = table
#> columns = (table - table.mean()) / table.std()

model = keras.Sequential([
    keras.Input((13,)),
    layers.Dense(16, activation="relu"),  #: fail missing-input-normalization
    #> layers.Dense(16, activation="relu"),
    layers.Dense(3, activation="softmax"),
])
model.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(columns, labels, epochs=40, batch_size=16, verbose=0)
