"""Check the gradient of a layer, a loss, a model or a function: for unit tests of custom ones.

    def test_my_layer():
        healthcheck.check_gradients(MyLayer(), x).assert_ok()

How it is done, how exact it is and what it cannot see: `healthcheck.probes.slopes`. Functions of
several outputs are projected on fixed random numbers, and so every output counts.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import keras
import tensorflow as tf

from healthcheck.evidence import Slope, WrongGradient
from healthcheck.keras_private import sublayers
from healthcheck.probes.isolate import Call, layer_call, problem_of
from healthcheck.probes.promote import shielded, substituted
from healthcheck.probes.slopes import CLOSER, beyond, measure
from healthcheck.probes.wrong_layers import wrong_layers

RTOL = {"float64": 2e-5, "float32": 0.2}
"""Largest relative disagreement beyond the numeric error, by the precision that could be had."""


@dataclass(frozen=True)
class GradientReport:
    """Gradients against central differences."""

    precision: str
    """`float64`, or `float32` where a cast in the code insists on it."""
    rtol: float
    slopes: tuple[Slope, ...]
    wrong: tuple[WrongGradient, ...] = ()
    """The layers inside that are wrong, from the output back."""

    @property
    def disagreement(self) -> float:
        """The largest relative disagreement that the numeric error does not explain."""
        return max(beyond(slope) for slope in self.slopes)

    @property
    def ok(self) -> bool:
        """Whether every gradient is right, that of every layer inside by itself, too."""
        return self.disagreement <= self.rtol and not self.wrong

    def assert_ok(self) -> None:
        """Raise `AssertionError` with every wrong part, and the layers that are the cause."""
        if self.ok:
            return
        rows = [
            f"  {slope.part}, along {_along(slope)}: analytic {slope.analytic:.9g}, "
            f"numeric {slope.numeric:.9g} ± {slope.error:.1g}, relative {beyond(slope):.2g}"
            for slope in self.slopes
            if not beyond(slope) <= self.rtol
        ]
        causes = [f"  wrong by itself: {wrong.layer} ({wrong.part})" for wrong in self.wrong]
        raise AssertionError(
            "\n".join([f"gradient and function disagree by more than {self.rtol:g}:", *rows, *causes])
        )


def check_gradients(  # noqa: PLR0913 - the last five by name only
    target: Any,
    *inputs: Any,
    loss: Callable[[Any], Any] | None = None,
    training: bool = True,
    order: Literal[1, 2] = 1,
    rtol: float | None = None,
    seed: int = 0,
) -> GradientReport:
    """Compare the gradient of `target(*inputs)` by its trainable variables and real inputs with differences.

    `loss` maps the outputs to a scalar; without it they are projected on random numbers. Of a
    `keras.losses.Loss`, called with `(y_true, y_pred)`, only `y_pred` is looked at. With `order=2` the
    gradient of the gradient is checked. Raises `NotDifferentiableError` when nothing can be.
    """
    given = tuple(keras.tree.map_structure(_tensor, one) for one in inputs)
    call = _call_of(target, given, training)
    if loss is not None:
        inner, outer = call.function, loss
        call = Call(
            lambda *args, **kwargs: outer(inner(*args, **kwargs)),
            call.args,
            call.kwargs,
            call.trainable,
            call.others,
            call.fixed,
        )
    problem = problem_of(call, seed, order)
    slopes = tuple(measure(problem, seed))
    report = GradientReport(problem.precision, RTOL[problem.precision] if rtol is None else rtol, slopes)
    if not isinstance(target, keras.layers.Layer) or not sublayers(target):
        return report
    # A small part of the whole may be very wrong; and what is float32 as a whole may have exact layers.
    if problem.precision == "float64" and report.disagreement <= CLOSER["float64"]:
        return report

    def run() -> Any:
        with shielded(target):
            return call.function(*call.args, **call.kwargs)

    found = wrong_layers(run, seed)
    wrong = [one for one in found if not one.disagreement <= (RTOL[one.precision] if rtol is None else rtol)]
    return replace(report, wrong=tuple(wrong))


def _call_of(target: Any, given: tuple[Any, ...], training: bool) -> Call:
    if isinstance(target, keras.layers.Layer):
        with substituted((), ()):
            target(*given)
        return layer_call(target, given, {"training": training} if training is False else {})
    if isinstance(target, keras.losses.Loss):
        return Call(target, given, {}, fixed=frozenset({0, *range(2, len(given))}))
    return Call(target, given, {})


def _tensor(leaf: Any) -> Any:
    return leaf if leaf is None or tf.is_tensor(leaf) else tf.convert_to_tensor(leaf)


def _along(slope: Slope) -> str:
    return "its gradient" if slope.direction == "gradient" else "a random direction"
