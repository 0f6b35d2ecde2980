# -*- coding: latin-1 -*-
"""A script that prints, logs and plots, goes to other folders, and leaves hooks behind."""

import atexit
import logging
import os
import signal
import sys
import tempfile

import keras
import matplotlib.pyplot as plt
from sklearn.datasets import make_circles

signal.signal(signal.SIGTERM, lambda *_: sys.exit(4))
atexit.register(lambda: print("bye"))
logging.basicConfig(level=logging.DEBUG)
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
os.chdir(tempfile.mkdtemp())

x, y = make_circles(n_samples=600, noise=0.1, factor=0.5, random_state=1)
for row in x:
    print("::error::", row)
model = keras.Sequential([keras.Input((2,))])
model.add(keras.layers.Dense(32, activation="relu"))
model.add(keras.layers.Dense(1, activation="softmax"))  #: fail output-loss-mismatch
#> model.add(keras.layers.Dense(1, activation="sigmoid"))
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, validation_split=0.3, epochs=100)
plt.plot(history.history["accuracy"])
plt.show()
model.save("model.keras")
print("enthält:", os.listdir("."))
exit()
