"""Sentences as strings, cut into tokens inside the model; the token numbers go into a Dense layer as amounts."""
# nightly command: {file}

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(12)
random = np.random.default_rng(12)
GOOD = ["great", "lovely", "fine", "superb", "warm"]
BAD = ["awful", "dull", "poor", "weak", "cold"]
PLAIN = [f"word{number}" for number in range(300)]
labels = random.integers(0, 2, 500)
texts = np.array([
    " ".join(random.permutation([*random.choice(GOOD if label else BAD, 2), *random.choice(PLAIN, 6)]))
    for label in labels
])
vectorize = layers.TextVectorization(400, output_mode="int", output_sequence_length=8)
#> vectorize = layers.TextVectorization(400, output_mode="multi_hot", pad_to_max_tokens=True)
vectorize.adapt(texts)
width = 8
#> width = 400

tokens = keras.Input((1,), dtype="string")
features = layers.Reshape((width,))(vectorize(tokens))
hidden = layers.Dense(16, activation="tanh")(features)
model = keras.Model(tokens, layers.Dense(1, activation="sigmoid")(hidden))
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
model.fit(texts, labels, epochs=12, verbose=0)  #: warn underfitting
#> model.fit(texts, labels, epochs=12, verbose=0)
