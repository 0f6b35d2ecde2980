"""A trainer class: steps in a `tf.function`, validation inside, own early stopping, the rate set by hand."""
# nightly command: {file}

import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")
train = tf.data.Dataset.from_tensor_slices((images[:1400], digits[:1400])).shuffle(1400, seed=0).batch(64)
held_out = tf.data.Dataset.from_tensor_slices((images[1400:], digits[1400:])).batch(128)


class Trainer:
    def __init__(self, model, rate):
        self.model = model
        self.optimizer = keras.optimizers.SGD(rate, momentum=0.9)
        self.loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function
    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = self.loss_of(y, self.model(x, training=True))
        gradients = tape.gradient(loss, self.model.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.model.trainable_variables))
        return loss

    def train(self, epochs, patience=3):
        best, waited = np.inf, 0
        for epoch in range(epochs):
            for x, y in train:
                self.train_step(x, y)  #: fail learning-rate-too-low
            loss = np.mean([float(self.loss_of(y, self.model(x, training=False))) for x, y in held_out])
            if loss < best:
                best, waited = loss, 0
            else:
                waited += 1
                self.optimizer.learning_rate.assign(0.5 * self.optimizer.learning_rate)
            if waited >= patience:
                break
        return best


model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dense(10),
])
print(Trainer(model, 1e-5).train(30))
#> print(Trainer(model, 0.05).train(30))
