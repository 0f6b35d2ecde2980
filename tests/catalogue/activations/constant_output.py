import keras
from keras import layers
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
x, y = load_breast_cancer(return_X_y=True)
x = StandardScaler().fit_transform(x).astype("float32")
model = keras.Sequential(
    [
        keras.Input((30,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="softmax"),  #: fail
        # > layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(0.005), "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=32, epochs=20, validation_split=0.2, verbose=0)
