"""The bounds of what is watched: this process, and Keras 3 on TensorFlow."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras

from healthcheck.capture.legacy import refuse_other_keras, tf_keras_refused
from healthcheck.capture.replaced import replaced


@contextmanager
def within_bounds(file: str, train: Callable[..., Any]) -> Iterator[None]:
    """Refuse other versions and backends of Keras inside the block, and leave other processes alone.

    A process that the program forked trains as it is written, with `train`, and is ended where it leaves
    the block. `file` is that of the program.
    """
    process, watched = os.getpid(), keras.Model.fit

    def fit(model: keras.Model, *args: Any, **kwargs: Any) -> Any:
        if os.getpid() != process:
            return train(model, *args, **kwargs)
        refuse_other_keras(os.environ, file)
        return watched(model, *args, **kwargs)

    with tf_keras_refused(), replaced(keras.Model, "fit", fit):
        yield
    if os.getpid() != process:
        os._exit(0)
