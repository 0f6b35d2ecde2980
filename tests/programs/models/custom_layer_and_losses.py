"""A layer, a loss, a metric, a constraint and a regularizer of one's own, with `add_loss` on top."""

import keras
from keras import layers, ops
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")


class Gated(layers.Layer):
    def __init__(self, units, start):
        super().__init__()
        self.units, self.start = units, start

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.units), initializer=self.start, regularizer=Small(1e-5))
        self.gate = self.add_weight(shape=(self.units,), initializer="ones", constraint=Positive())

    def call(self, x):
        out = ops.relu(ops.matmul(x, self.kernel)) * self.gate
        self.add_loss(1e-4 * ops.mean(ops.square(out)))
        return out


class Positive(keras.constraints.Constraint):
    def __call__(self, w):
        return ops.maximum(w, 0.0)


class Small(keras.regularizers.Regularizer):
    def __init__(self, strength):
        self.strength = strength

    def __call__(self, w):
        return self.strength * ops.sum(ops.abs(w))


class Smoothed(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return -ops.sum((0.95 * y_true + 0.005) * ops.log(y_pred + 1e-7), axis=-1)


class Share(keras.metrics.Metric):
    def __init__(self, name="share", **kwargs):
        super().__init__(name=name, **kwargs)
        self.right = self.add_weight(name="right", initializer="zeros")
        self.seen = self.add_weight(name="seen", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        right = ops.equal(ops.argmax(y_true, -1), ops.argmax(y_pred, -1))
        self.right.assign_add(ops.sum(ops.cast(right, "float32")))
        self.seen.assign_add(ops.cast(ops.shape(y_true)[0], "float32"))

    def result(self):
        return self.right / self.seen


model = keras.Sequential(
    [
        keras.Input((64,)),
        Gated(48, "zeros"),  #: fail symmetric-units
        #> Gated(48, "he_normal"),
        layers.Dense(10, activation="softmax", activity_regularizer=keras.regularizers.L2(1e-5)),
    ]
)
model.compile(keras.optimizers.Adam(0.003), Smoothed(), metrics=[Share()])
model.fit(images, keras.utils.to_categorical(digits), batch_size=64, epochs=12, validation_split=0.2)
