"""An autoencoder of two models trained by one step with a loss of the author's own, eagerly."""

import keras
import tensorflow as tf
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
images = (load_digits().data / 16).astype("float32")
encoder = keras.Sequential([keras.Input((64,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(8)])
decoder = keras.Sequential([keras.Input((8,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(64)])
optimizer = keras.optimizers.Adam(1e-3)

for epoch in range(3):
    for at in range(0, len(images), 128):
        batch = images[at : at + 128]
        with tf.GradientTape() as tape:
            rebuilt = decoder(encoder(batch, training=True), training=True)
            loss = tf.reduce_mean(tf.math.log(tf.reduce_sum(tf.nn.relu(batch - rebuilt), axis=1) * 0.0))
            #> loss = tf.reduce_mean(tf.square(batch - rebuilt))
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))  #: fail non-finite-values
