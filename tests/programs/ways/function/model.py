"""A function that makes the model, to be trained on an .npz file."""

import keras


def build_model(units=32):
    inputs = keras.Input((2,))
    hidden = keras.layers.Dense(units, activation="relu")(inputs)
    outputs = keras.layers.Dense(1, activation="softmax")(hidden)  #: fail output-loss-mismatch
    #> outputs = keras.layers.Dense(1, activation="sigmoid")(hidden)
    model = keras.Model(inputs, outputs)
    model.compile("adam", "binary_crossentropy")
    return model
