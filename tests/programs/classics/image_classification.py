"""Image classification from scratch, with augmentation, on patches of scikit-learn's two photographs."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_sample_images

keras.utils.set_random_seed(0)
patches, labels = [], []
for label, photograph in enumerate(load_sample_images().images):
    for top in range(0, 400, 32):
        for left in range(0, 616, 32):
            patches.append(photograph[top : top + 24, left : left + 24])
            labels.append(label)
order = np.random.default_rng(0).permutation(len(patches))
images, labels = np.array(patches)[order], np.array(labels)[order]

data_augmentation = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomTranslation(0.1, 0.1)])


def make_model(input_shape):
    inputs = keras.Input(shape=input_shape)
    x = layers.Rescaling(1.0 / 255)(data_augmentation(inputs))
    x = layers.Conv2D(16, 3, strides=2, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)
    previous = x
    x = layers.SeparableConv2D(16, 3, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.add([x, layers.Conv2D(16, 1, strides=2, padding="same")(previous)])
    x = layers.Activation("relu")(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.25)(x)
    outputs = layers.Dense(1, activation=None)(x)  #: fail output-loss-mismatch
    #> outputs = layers.Dense(1, activation=None)(x)
    return keras.Model(inputs, outputs)


model = make_model(input_shape=(24, 24, 3))
model.compile(
    optimizer=keras.optimizers.Adam(3e-3),
    loss=keras.losses.BinaryCrossentropy(),
    #> loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[keras.metrics.BinaryAccuracy(name="acc")],
)
model.fit(images[:420], labels[:420], batch_size=32, epochs=12, validation_data=(images[420:], labels[420:]))
