"""Down and up again with transposed convolutions and a connection past them: one prediction for every pixel."""

import keras
from keras import layers
from sklearn.datasets import load_digits

images, _ = load_digits(return_X_y=True)
masks = (images.reshape(-1, 8, 8, 1) > 6).astype("float32")
noise = keras.random.normal(masks.shape, stddev=0.3, seed=0)
pictures = keras.ops.convert_to_numpy(images.reshape(-1, 8, 8, 1) / 16 + noise)

inputs = keras.Input((8, 8, 1))
wide = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
deep = layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")(wide)
up = layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="relu")(deep)
joined = layers.Concatenate()([wide, up])
outputs = layers.Conv2D(1, 1, activation="softmax")(joined)  #: fail output-loss-mismatch
#> outputs = layers.Conv2D(1, 1, activation="sigmoid")(joined)
model = keras.Model(inputs, outputs)
model.compile(keras.optimizers.Adam(0.005), "binary_crossentropy", metrics=["accuracy"])
model.fit(pictures[:800], masks[:800], batch_size=40, epochs=6, validation_data=(pictures[800:1000], masks[800:1000]))
