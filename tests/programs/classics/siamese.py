"""A Siamese network with a contrastive loss; one of its two towers was copied and not renamed."""

import random

import keras
import numpy as np
from keras import layers, ops
from sklearn.datasets import load_digits

random.seed(0)
images, digits = load_digits(return_X_y=True)
images = images.reshape(-1, 8, 8, 1).astype("float32") / 16


def make_pairs(x, y):
    digit_indices = [np.where(y == i)[0] for i in range(10)]
    pairs, labels = [], []
    for at in range(len(x)):
        pairs += [[x[at], x[random.choice(digit_indices[y[at]])]]]
        other = random.choice([digit for digit in range(10) if digit != y[at]])
        pairs += [[x[at], x[random.choice(digit_indices[other])]]]
        labels += [0, 1]
    return np.array(pairs), np.array(labels).astype("float32")


pairs_train, labels_train = make_pairs(images[:900], digits[:900])


def euclidean_distance(vects):
    x, y = vects
    sum_square = ops.sum(ops.square(x - y), axis=1, keepdims=True)
    return ops.sqrt(ops.maximum(sum_square, keras.backend.epsilon()))


def contrastive_loss(margin=1):
    def loss(y_true, y_pred):
        square_pred = ops.square(y_pred)
        margin_square = ops.square(ops.maximum(margin - y_pred, 0))
        return ops.mean((1 - y_true) * square_pred + y_true * margin_square)

    return loss


input = keras.layers.Input((8, 8, 1))
x = layers.Conv2D(8, (3, 3), activation="tanh")(input)
x = layers.AveragePooling2D(pool_size=(2, 2))(x)
x = layers.Flatten()(x)
x = layers.Dense(10, activation="tanh")(x)
embedding_network = keras.Model(input, x)

input_1 = layers.Input((8, 8, 1))
input_2 = layers.Input((8, 8, 1))
tower_1 = embedding_network(input_1)
tower_2 = embedding_network(input_1)
#> tower_2 = embedding_network(input_2)
merge_layer = layers.Lambda(euclidean_distance, output_shape=(1,))([tower_1, tower_2])  #: fail constant-output
#> merge_layer = layers.Lambda(euclidean_distance, output_shape=(1,))([tower_1, tower_2])
siamese = keras.Model(inputs=[input_1, input_2], outputs=merge_layer)
siamese.compile(loss=contrastive_loss(margin=1), optimizer=keras.optimizers.Adam(0.003), metrics=["mae"])
siamese.fit([pairs_train[:, 0], pairs_train[:, 1]], labels_train[:, None], batch_size=32, epochs=6)  #: fail input-ignored
#> siamese.fit([pairs_train[:, 0], pairs_train[:, 1]], labels_train[:, None], batch_size=32, epochs=6)
