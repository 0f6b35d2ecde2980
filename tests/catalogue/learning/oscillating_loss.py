import keras
from keras import layers
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
x, y = load_diabetes(return_X_y=True)
x = StandardScaler().fit_transform(x).astype("float32")
y = ((y - y.mean()) / y.std()).astype("float32")
model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Dense(32, activation="tanh"),
        layers.Dense(1),
    ]
)
rate = 0.3
# > rate = 0.03
model.compile(keras.optimizers.SGD(rate), "mse")  #: warn
model.fit(x, y, batch_size=len(x), epochs=200, verbose=0)
