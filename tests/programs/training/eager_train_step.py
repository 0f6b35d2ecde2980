"""A `train_step` that forgets to apply its gradients, run eagerly, with metrics of its own."""

import keras
import tensorflow as tf
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")


class Classifier(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = keras.layers.Dense(48, activation="relu")
        self.out = keras.layers.Dense(10)
        self.loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.mean_loss = keras.metrics.Mean(name="loss")
        self.accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")

    def call(self, x):
        return self.out(self.hidden(x))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return self.loss_of(y, y_pred)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            prediction = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=prediction)
        gradients = tape.gradient(loss, self.trainable_variables)
        assert len(gradients) == 4
        #> self.optimizer.apply(gradients, self.trainable_variables)
        self.mean_loss.update_state(loss)
        self.accuracy.update_state(y, prediction)
        return {"loss": self.mean_loss.result(), "accuracy": self.accuracy.result()}

    @property
    def metrics(self):
        return [self.mean_loss, self.accuracy]


model = Classifier()
model.compile(optimizer=keras.optimizers.Adam(0.003), run_eagerly=True)  #: fail weights-not-updating
model.fit(images, digits, epochs=10, batch_size=64, verbose=0)
