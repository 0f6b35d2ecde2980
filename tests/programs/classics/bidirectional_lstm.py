"""A bidirectional LSTM that classifies text: whether a passage describes a medical data set."""

import keras
import numpy as np
from keras import layers, ops
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine

keras.utils.set_random_seed(0)
max_features, maxlen = 400, 10
passages, labels = [], []
for label, load in enumerate([load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine]):
    words = load().DESCR.split()
    for at in range(0, len(words) - maxlen, 3):
        passages.append(" ".join(words[at : at + maxlen]))
        labels.append(1 if label < 2 else -1)
        #> labels.append(1 if label < 2 else 0)
vectorize = layers.TextVectorization(max_features, output_sequence_length=maxlen)
vectorize.adapt(passages)
x_train, y_train = ops.convert_to_numpy(vectorize(passages)), np.array(labels)

inputs = keras.Input(shape=(None,), dtype="int32")
x = layers.Embedding(max_features, 16)(inputs)
x = layers.Bidirectional(layers.LSTM(8))(x)
outputs = layers.Dense(1, activation="sigmoid")(x)
model = keras.Model(inputs, outputs)
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=32, epochs=6)  #: fail target-out-of-range
#> model.fit(x_train, y_train, batch_size=32, epochs=6)
