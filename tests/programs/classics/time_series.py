"""Forecasting a time series, the membrane potential that ships with matplotlib, from windows of its past."""

import keras
import numpy as np
from matplotlib import cbook

keras.utils.set_random_seed(0)
series = np.fromfile(cbook.get_sample_data("membrane.dat", asfileobj=False), np.float32)[::6]
split, past, batch_size = 1500, 16, 64
mean, std = series[:split].mean(), series[:split].std()
series = ((series - mean) / std)[:, None]

dataset_train = keras.utils.timeseries_dataset_from_array(
    series[:split], series[past:split], sequence_length=past, batch_size=batch_size
)
dataset_val = keras.utils.timeseries_dataset_from_array(
    series[split:], series[split + past :], sequence_length=past, batch_size=batch_size
)

inputs = keras.layers.Input(shape=(past, 1))
lstm_out = keras.layers.LSTM(16)(inputs)
outputs = keras.layers.Dense(1, activation="relu")(lstm_out)  #: fail target-out-of-range
#> outputs = keras.layers.Dense(1)(lstm_out)
model = keras.Model(inputs=inputs, outputs=outputs)
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.005), loss="mse")

es_callback = keras.callbacks.EarlyStopping(monitor="val_loss", min_delta=0, patience=5)
modelckpt_callback = keras.callbacks.ModelCheckpoint(
    monitor="val_loss", filepath="checkpoint.weights.h5", verbose=1, save_weights_only=True, save_best_only=True
)
history = model.fit(
    dataset_train, epochs=8, validation_data=dataset_val, callbacks=[es_callback, modelckpt_callback]
)
