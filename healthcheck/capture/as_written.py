"""Do a `fit` as it was written, but not for ever, and make the history that a script goes on with."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras

from healthcheck.probes.state import State
from healthcheck.subject import Subject

Curves = dict[str, list[float]]
"""As in `History.history`: one value an epoch."""
GLIMPSE_SECONDS = 1.0
"""How long a fit that is not checked trains, so that the script has curves to go on with."""


def done(call: Subject, fit: Callable[..., Any], seconds: float) -> Any:
    """Train a subject for real, but not for longer than `seconds`."""
    held_out = call.validation
    return fit(
        call.model,
        call.train.x,
        call.train.y,
        sample_weight=call.train.weight,
        batch_size=call.batch_size,
        epochs=call.initial_epoch + call.epochs,
        initial_epoch=call.initial_epoch,
        shuffle=call.shuffle,
        steps_per_epoch=call.steps_per_epoch if call.steps_per_epoch < _steps(call) else None,
        validation_data=tuple(part for part in held_out.parts if part is not None) if held_out else None,
        callbacks=[*call.callbacks, Stop(time.monotonic() + seconds)],
        verbose=0,
    )


def _steps(call: Subject) -> int:
    return -(-call.train.count // call.batch_size)


class Stop(keras.callbacks.Callback):
    """Ends a training at a deadline."""

    def __init__(self, deadline: float) -> None:
        super().__init__()
        self.deadline = deadline

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Look at the clock."""
        del batch, logs
        if time.monotonic() > self.deadline and self.model is not None:
            self.model.stop_training = True


def glimpse(call: Subject, fit: Callable[..., Any]) -> Curves:
    """Return curves of as many epochs as planned, all as after the first moment of the training."""
    state = State(call.model.variables)
    try:
        seen = done(replace(call, callbacks=(), epochs=1), fit, GLIMPSE_SECONDS).history
    except Exception:  # noqa: BLE001 - the user's model runs in here
        seen = {}
    state.restore()
    return {name: [values[-1]] * call.epochs for name, values in seen.items()}


def history_of(model: keras.Model, curves: Curves) -> keras.callbacks.History:
    """Return curves as `fit` returns them."""
    history = keras.callbacks.History()
    history.set_model(model)
    history.history = curves
    epochs = max((len(values) for values in curves.values()), default=0)
    history.epoch = list(range(epochs))
    history.params = {"verbose": 0, "epochs": epochs, "steps": None}
    model.history = history
    return history
