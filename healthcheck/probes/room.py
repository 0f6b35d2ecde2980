"""A batch that does not fit into the memory of the device is halved until it does."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import tensorflow as tf

from healthcheck.subject import Subject


def with_room(size: int, attempt: Callable[[int], Any]) -> Any:
    """Attempt with `size` examples at a time, or half of them, as often as memory runs out.

    Raises `tf.errors.ResourceExhaustedError` when there is not room for one.
    """
    while True:
        try:
            return attempt(size)
        except tf.errors.ResourceExhaustedError:
            if size == 1:
                raise
        size //= 2


def in_batches_of(subject: Subject, size: int) -> Subject:
    """Return the subject with smaller batches and as many examples in an epoch, which a note tells."""
    if size == subject.batch_size:
        return subject
    steps = math.ceil(subject.steps_per_epoch * subject.batch_size / size)
    steps = min(steps, math.ceil(subject.train.count / size))
    note = f"batches of {subject.batch_size:,} do not fit into the memory: checked with batches of {size:,}"
    return replace(subject, batch_size=size, steps_per_epoch=steps, notes=(*subject.notes, note))
