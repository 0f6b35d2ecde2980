"""A head on a frozen base."""

import keras
from keras import layers
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA

keras.utils.set_random_seed(3)
d = load_digits()
x, y = d.data.astype("float32") / 16, d.target
xt, yt, xv, yv = x[:1400], y[:1400], x[1400:], y[1400:]
base = keras.Sequential(
    [keras.Input((64,)), layers.Dense(48), layers.Dense(96, activation="relu")], name="base"
)
pca = PCA(48).fit(xt)
base.layers[0].set_weights([pca.components_.T, -pca.mean_ @ pca.components_.T])
base.trainable = False
model = keras.Sequential(
    [
        keras.Input((64,)),
        base,
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(xt, yt, validation_data=(xv, yv), epochs=20, verbose=0)
