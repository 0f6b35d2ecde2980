"""An own epoch loop around `fit`, with early stopping by hand and a rate that is lowered by hand."""
# nightly command: {file}

import keras
import numpy as np
from sklearn.datasets import load_digits

keras.utils.set_random_seed(2)
images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")

model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dense(10),  #: fail output-loss-mismatch
    #> keras.layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.Adam(0.002), "sparse_categorical_crossentropy")

best, waited = np.inf, 0
for epoch in range(60):
    history = model.fit(images[:1400], digits[:1400], validation_data=(images[1400:], digits[1400:]), verbose=0)
    loss = history.history["val_loss"][-1]
    if loss < best:
        best, waited = loss, 0
    else:
        waited += 1
        model.optimizer.learning_rate = 0.5 * float(model.optimizer.learning_rate)
    if waited == 3:
        break
print(epoch, best)
