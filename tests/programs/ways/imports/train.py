"""The script names little: layers, `compile` and `fit` are written in modules beside it, in classes and functions."""

from trainer import Trainer

Trainer(epochs=100).run()
