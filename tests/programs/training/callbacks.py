"""Every built-in callback at once; the best checkpoint and the log are read back at the end."""

import keras
import numpy as np
from keras import callbacks
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")

model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.Adam(0.003, use_ema=True), "sparse_categorical_crossentropy", metrics=["accuracy"])  #: fail learning-rate-too-low


def schedule(epoch):
    return 2e-6 * 0.95**epoch
    #> return 0.003 * 0.95**epoch


seen = []
model.fit(
    images,
    digits,
    epochs=30,
    validation_split=0.2,
    verbose=0,
    callbacks=[
        callbacks.LearningRateScheduler(schedule),
        callbacks.ReduceLROnPlateau(patience=5, min_delta=1e-6),
        callbacks.EarlyStopping(patience=8, restore_best_weights=True),
        callbacks.TerminateOnNaN(),
        callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs["val_loss"])),
        callbacks.ModelCheckpoint("best.keras", save_best_only=True),
        callbacks.TensorBoard("logs"),
        callbacks.CSVLogger("log.csv"),
        callbacks.BackupAndRestore("backup"),
        callbacks.SwapEMAWeights(),
        callbacks.ProgbarLogger(),
    ],
)
best = keras.models.load_model("best.keras")
print(np.min(seen), best.evaluate(images, digits, verbose=0))
