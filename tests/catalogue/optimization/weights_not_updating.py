"""A custom training step takes the gradients and forgets to apply them."""

import keras
import tensorflow as tf
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
x, y = load_breast_cancer(return_X_y=True)
x = StandardScaler().fit_transform(x).astype("float32")
y = y[:, None].astype("float32")


class Classifier(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.build(self.trainable_variables)
        #> self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": loss, "gradient": tf.linalg.global_norm(gradients)}


inputs = keras.Input((30,))
hidden = keras.layers.Dense(16, activation="relu")(inputs)
model = Classifier(inputs, keras.layers.Dense(1, activation="sigmoid")(hidden))
model.compile("adam", "binary_crossentropy")  #: fail
model.fit(x, y, epochs=20)
