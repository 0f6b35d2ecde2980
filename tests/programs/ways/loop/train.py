"""A hand-written loop in a function, as a script with a guard."""

import keras
import tensorflow as tf
from sklearn.datasets import make_circles


def train(model, data, epochs):
    optimizer = keras.optimizers.Adam(0.005)
    loss_of = keras.losses.BinaryCrossentropy()
    for _ in range(epochs):
        for x, y in data:
            with tf.GradientTape() as tape:
                loss = loss_of(y, model(x, training=True))
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))


def main():
    x, y = make_circles(n_samples=600, noise=0.1, factor=0.5, random_state=1)
    data = tf.data.Dataset.from_tensor_slices((x.astype("float32"), y[:, None].astype("float32"))).batch(32)
    model = keras.Sequential([keras.Input((2,))])
    model.add(keras.layers.Dense(32, activation="relu"))
    model.add(keras.layers.Dense(1, activation="softmax"))  #: fail output-loss-mismatch
    #> model.add(keras.layers.Dense(1, activation="sigmoid"))
    train(model, data, epochs=40)


if __name__ == "__main__":
    main()
