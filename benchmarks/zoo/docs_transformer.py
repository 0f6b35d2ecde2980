"""From which library is this line of documentation? One pre-LN Transformer block."""
# reaches: val_accuracy 0.75, by chance 0.45

import argparse
import inspect
import re
from collections import Counter

import keras
import numpy as np
import pandas
import scipy.stats
from keras import layers, ops
from sklearn.model_selection import train_test_split

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
seed = parser.parse_args().seed
keras.utils.set_random_seed(seed)


def lines(module):
    """Return the long lines of the docstrings of everything public in a module."""
    documents = [
        inspect.getdoc(getattr(module, name)) or "" for name in sorted(dir(module)) if name[0] != "_"
    ]
    words = [re.findall("[a-z]{2,}", line.lower()) for text in documents for line in text.splitlines()]
    return sorted({tuple(line) for line in words if len(line) >= 6})


modules = [keras.layers, pandas, scipy.stats]
examples = [(line, label) for label, module in enumerate(modules) for line in lines(module)[::2]]
counts = Counter(word for line, _ in examples for word in line)
index = {word: number for number, (word, _) in enumerate(counts.most_common(1500), 2)}
x = [[index.get(word, 1) for word in line] for line, _ in examples]
x = keras.utils.pad_sequences(x, 12, padding="post", truncating="post")
y = np.array([label for _, label in examples])
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.25, stratify=y, random_state=seed)


class Positions(layers.Layer):
    def build(self, shape):
        self.table = self.add_weight(shape=shape[1:], initializer="normal", name="table")

    def call(self, x):
        return x + self.table


inputs = keras.Input((12,), dtype="int32")
h = Positions()(layers.Embedding(1502, 32)(inputs))
attended = layers.MultiHeadAttention(4, 8)(*[layers.LayerNormalization()(h)] * 2)
h = layers.Add()([h, attended])
hidden = layers.Dense(64, activation="gelu")(layers.LayerNormalization()(h))
h = layers.Add()([h, layers.Dense(32)(hidden)])
pooled = layers.Dropout(0.2)(ops.max(layers.LayerNormalization()(h), axis=1))
outputs = layers.Dense(3, activation="softmax")(pooled)
model = keras.Model(inputs, outputs)
optimizer = keras.optimizers.Adam(0.002)
model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, validation_data=(x_test, y_test), epochs=3, batch_size=32, verbose=0)
