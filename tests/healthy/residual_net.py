"""A residual net with BatchNormalization."""

import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(3)
d = load_digits()
x, y = d.data.astype("float32") / 16, d.target
xt, yt, xv, yv = x[:1400], y[:1400], x[1400:], y[1400:]
xt, xv = xt.reshape(-1, 8, 8, 1), xv.reshape(-1, 8, 8, 1)


def block(t, f):
    s = t
    t = layers.Conv2D(f, 3, padding="same", use_bias=False)(t)
    t = layers.BatchNormalization()(t)
    t = layers.Activation("relu")(t)
    t = layers.Conv2D(f, 3, padding="same", use_bias=False)(t)
    t = layers.BatchNormalization(gamma_initializer="zeros")(t)
    t = layers.Add()([s, t])
    return layers.Activation("relu")(t)


i = keras.Input((8, 8, 1))
t = layers.Conv2D(16, 3, padding="same")(i)
for _ in range(3):
    t = block(t, 16)
t = layers.GlobalAveragePooling2D()(t)
model = keras.Model(i, layers.Dense(10, activation="softmax")(t))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(xt, yt, validation_data=(xv, yv), epochs=8, batch_size=64, verbose=0)
