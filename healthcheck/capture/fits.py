"""Decide what each `fit` and `train_on_batch` of a script is: a subject, or part of one, or one too many.

A `fit` of several epochs is checked where it stands. One of a single epoch, and a batch, are
done as written, because more of them may follow: the training that they amount to is checked
when it is over, when the model is compiled anew, trained on something else, or the script
ends. A configuration that was checked is not checked again.
"""

import inspect
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import combinations
from typing import Any

import keras
import numpy as np

from healthcheck.capture.as_written import Curves, Stop, done, glimpse, history_of
from healthcheck.capture.checkpoints import Checkpoints, loading
from healthcheck.capture.configuration import configuration
from healthcheck.capture.faults import sentence
from healthcheck.capture.fit import subject_of_fit
from healthcheck.capture.loop import LoopStoppedError
from healthcheck.capture.recorder import Recorder
from healthcheck.capture.replaced import defining, replaced
from healthcheck.capture.series import MAX_TRAINED_SECONDS, Series
from healthcheck.capture.several_optimizers import WatchedFit, own_optimizers
from healthcheck.probes.state import State, everything
from healthcheck.report import Source
from healthcheck.sources import current_source, raised_at
from healthcheck.subject import Examples, Subject

IN_TURNS = "models that hold the same weights are trained in turns: the loss of one depends on the other"
_BATCH = inspect.signature(keras.Model.train_on_batch)
_TESTED = inspect.signature(keras.Model.test_on_batch)


class Fits:
    """All trainings of a script that call Keras to train."""

    def __init__(
        self,
        recorder: Recorder,
        on_subject: Callable[[Subject], Curves],
        on_fault: Callable[[str, Source | None], None],
        max_fits: int,
    ) -> None:
        self.recorder, self.on_subject, self.on_fault, self.max_fits = (
            recorder,
            on_subject,
            on_fault,
            max_fits,
        )
        self.checkpoints = Checkpoints()
        self.count = 0
        """Fits and series seen, whatever became of them."""
        self.asleep: Callable[[], AbstractContextManager[None]]
        self._series: dict[int, Series] = {}
        """Trainings that may go on, by `id` of the model."""
        self._refused: set[int] = set()
        self._curves: dict[str, Curves] = {}
        """What came out, by configuration."""
        self._turns = 0
        self._repeated = 0
        self._beyond = 0

    def fit(self, fit: Callable[..., Any], model: keras.Model, *args: Any, **kwargs: Any) -> Any:
        """Stand in for `fit`."""
        source = current_source()
        with self.asleep():
            self.count += 1
            self.checkpoints.note(model, kwargs.get("callbacks"))
            if own_optimizers(model):
                return self._watch(fit, model, args, kwargs)
            try:
                call = subject_of_fit(self.recorder, source, model, args, kwargs)
            except Exception as error:  # noqa: BLE001 - the user's model and data run in here
                self.on_fault(sentence(error), raised_at(error) or source)
                return history_of(model, {})
            series = self._series.get(id(model))
            if series and series.goes_on_with(call):
                return self._go_on(series, call, fit)
            self.over(model)
            series = self._series[id(model)] = Series.of(call, of_batches=False)
            if call.epochs == 1:
                return self._go_on(series, call, fit)
            self._forget_checked()
            series.add(call.train, call.epochs)
            series.checked = call
            return series.returned(history_of(model, self._check(call, fit)), call.epochs)

    def _watch(
        self, fit: Callable[..., Any], model: keras.Model, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Do a `fit` as it was written and check what was seen."""
        source = current_source()
        stop = Stop(time.monotonic() + MAX_TRAINED_SECONDS)
        try:
            history, subject = WatchedFit(self.recorder, source, model).run(fit, args, kwargs, stop)
        except Exception as error:  # noqa: BLE001 - the user's model and data run in here
            self.on_fault(sentence(error), raised_at(error) or source)
            return history_of(model, {})
        self.check(subject)
        return history_of(model, {}) if isinstance(history, Exception) else history

    def train_on_batch(self, train: Callable[..., Any], model: keras.Model, *args: Any, **kwargs: Any) -> Any:
        """Stand in for `train_on_batch`."""
        source = current_source()
        with self.asleep():
            examples = _batch(_BATCH, model, args, kwargs)
            series = self._series.get(id(model))
            if id(model) in self._refused or examples is None:
                return train(model, *args, **kwargs)
            if series is None or not series.of_batches:
                self.over(model)
                series = self._begin(source, model, examples)
                if series is None:
                    return train(model, *args, **kwargs)
            self._turns += 1
            series.first_turn, series.last_turn = series.first_turn or self._turns, self._turns
            series.add(examples, 1)
            self._stop_overdue(series)
            is_real = not series.only_counted or series.latest is None
            return series.returned(train(model, *args, **kwargs) if is_real else series.latest)

    def test_on_batch(self, test: Callable[..., Any], model: keras.Model, *args: Any, **kwargs: Any) -> Any:
        """Stand in for `test_on_batch`: what a series is tested on holds it out."""
        with self.asleep():
            series, examples = self._series.get(id(model)), _batch(_TESTED, model, args, kwargs)
            if series and series.of_batches and examples is not None:
                series.add_held_out(examples)
            return test(model, *args, **kwargs)

    def over(self, model: keras.Model) -> None:
        """Check the series of a model that does not go on."""
        series = self._series.pop(id(model), None)
        if series and series.is_open:
            self._check_series(series)

    def finish(self) -> list[str]:
        """Check what is left, and return what has to be said of the fits that were not checked."""
        for one, other in combinations(self._series.values(), 2):
            if one.is_entangled_with(other):
                one.unjudged = other.unjudged = IN_TURNS
        for series in list(self._series.values()):
            self.over(series.first.model)
        return [*self.checkpoints.notes, *self._notes()]

    def check(self, subject: Subject) -> Curves:
        """Check a subject, unless its configuration was checked already or there are too many."""
        key = configuration(subject)
        if key in self._curves:
            self._repeated += 1
            return self._curves[key]
        if len(self._curves) >= self.max_fits and subject.instead_of is None:
            self._beyond += 1
            return {}
        self._curves[key] = {}
        self._curves[key] = self.on_subject(subject)
        return self._curves[key]

    def _check(self, subject: Subject, fit: Callable[..., Any]) -> Curves:
        beyond = self._beyond
        curves = self.check(subject)
        return curves if self._beyond == beyond else glimpse(subject, fit)

    def _check_series(self, series: Series) -> None:
        """Check a series as a whole; what it did to the model stays."""
        trained = State(everything(series.first.model), aside=True)
        with series.at_its_start() as whole, self.asleep():
            self.check(replace(whole, instead_of=series.checked))
        if not series.only_counted:
            trained.restore()

    def _go_on(self, series: Series, call: Subject, fit: Callable[..., Any]) -> Any:
        """Do one call of a series as it was written, without what it would write to disk."""
        series.add(call.train, call.epochs)
        self._stop_overdue(series)
        latest = series.latest
        if not series.only_counted or latest is None:
            try:
                latest = done(call, fit, MAX_TRAINED_SECONDS)
            except Exception:  # noqa: BLE001 - the check will say what is wrong with it
                series.only_counted = True
                latest = history_of(call.model, {})
        return series.returned(latest, call.epochs)

    def _begin(self, source: Source | None, model: keras.Model, examples: Examples) -> Series | None:
        self.count += 1
        fit = {"x": examples.x, "y": examples.y, "sample_weight": examples.weight}
        try:
            call = subject_of_fit(self.recorder, source, model, (), fit | {"batch_size": examples.count})
        except Exception as error:  # noqa: BLE001 - the user's model and data run in here
            self._refused.add(id(model))
            self.on_fault(sentence(error), raised_at(error) or source)
            return None
        self._series[id(model)] = Series.of(call, of_batches=True)
        return self._series[id(model)]

    def _stop_overdue(self, series: Series) -> None:
        if series.is_overdue:
            series.stopped = True
            raise LoopStoppedError

    def _forget_checked(self) -> None:
        """Keep no start of a model that was checked and left behind: there may be many."""
        kept = list(self._series.items())
        self._series = {key: one for key, one in kept if one.is_open or one is kept[-1][1]}

    def _notes(self) -> Iterator[str]:
        if self._repeated:
            yield (
                f"{_counted(self._repeated)} of configurations already checked: not checked; "
                "their models were left as they were, their histories are those of the checked ones"
            )
        if self._beyond:
            yield (
                f"{_counted(self._beyond)} not checked: the first {self.max_fits} configurations were "
                f"(--max-fits {self.max_fits}); their models were left all but untrained"
            )


def _counted(fits: int) -> str:
    return f"{fits:,} further fit{'' if fits == 1 else 's'}"


def _batch(
    signature: inspect.Signature, model: keras.Model, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Examples | None:
    """Return the batch of a call as arrays; None for a call that Keras refuses."""
    try:
        given = signature.bind(model, *args, **kwargs).arguments
    except TypeError:
        return None
    x, y, weight = (keras.tree.map_structure(_array, given.get(name)) for name in ("x", "y", "sample_weight"))
    of_classes = given.get("class_weight")
    if of_classes:
        weight = np.array([of_classes.get(int(label), 1.0) for label in np.asarray(y).ravel()], "float32")
    return Examples(x, y, weight)


def _array(leaf: Any) -> Any:
    return None if leaf is None else np.asarray(leaf)


@contextmanager
def fits_replaced(fits: Fits) -> Iterator[None]:
    """Put `fits` between a script and the methods of Keras that train."""
    model = keras.Model
    compile_model = model.compile

    def recompiled(self: keras.Model, *args: Any, **kwargs: Any) -> Any:
        fits.over(self)
        return compile_model(self, *args, **kwargs)

    with (
        replaced(model, "fit", _standing_in(fits.fit, model.fit)),
        replaced(model, "train_on_batch", _standing_in(fits.train_on_batch, model.train_on_batch)),
        replaced(model, "test_on_batch", _standing_in(fits.test_on_batch, model.test_on_batch)),
        replaced(defining(model, "compile"), "compile", recompiled),
        loading(fits.checkpoints),
    ):
        yield


def _standing_in(watch: Callable[..., Any], original: Any) -> Any:
    def stands_in(self: Any, *args: Any, **kwargs: Any) -> Any:
        return watch(original, self, *args, **kwargs)

    return stands_in
