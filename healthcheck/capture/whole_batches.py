"""Subjects whose model takes batches of one size only: what does not fill a batch is left out."""

from dataclasses import replace

from healthcheck.errors import HealthcheckError
from healthcheck.subject import Examples, Subject


def in_whole_batches(subject: Subject) -> Subject:
    """Cut the data of a model that takes batches of one size to whole ones; return another subject as it is.

    Raises `HealthcheckError` when there is not one.
    """
    size = subject.only_size
    if size is None:
        return subject
    validation = _cut(subject.validation, size) if subject.validation else None
    train, left = _cut(subject.train, size), subject.train.count % size
    steps = min(subject.steps_per_epoch, train.count // size) if left else subject.steps_per_epoch
    return replace(
        subject,
        train=train,
        validation=validation,
        steps_per_epoch=steps,
        notes=(*subject.notes, f"the last {left} examples fill no batch of {size} and are left out")
        if left
        else subject.notes,
    )


def _cut(examples: Examples, size: int) -> Examples:
    if examples.count < size:
        raise HealthcheckError(
            f"the model takes batches of {size} only, but there are {examples.count} examples in all"
        )
    return examples.take(slice(0, examples.count // size * size))
