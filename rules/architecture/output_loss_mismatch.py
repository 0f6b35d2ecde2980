"""Output and loss do not fit each other."""

from math import isnan

from healthcheck.evidence import Output, Structure
from healthcheck.remedies import OutputActivation, Remedy
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip


class OutputLossMismatch(Rule):
    """A loss that is fed something other than what it expects measures the wrong thing.

    Cross-entropy without `from_logits` expects probabilities; with `from_logits` it expects
    any real numbers, so probabilities there are squashed twice. A softmax over a single unit
    is the constant 1: the loss may still fall, because Keras hands it the value before the
    softmax, while every prediction stays 1. Judged by what the outputs are (their range,
    whether rows sum to one), never by what a layer is called. A softmax cannot predict several labels
    of one example at once, or none.

    **What to do.** One unit: `sigmoid` with `binary_crossentropy`. C classes: `softmax` with
    `sparse_categorical_crossentropy` (or `categorical_` for one-hot targets). Or a linear
    output with `from_logits=True`.

    **What this cannot see.** Custom losses, and outputs that are not made by a layer when
    their values happen to look like probabilities before training.

    A fact for certain mismatches. Where Keras hands the loss the values before a softmax or
    sigmoid, `from_logits=True` behind it is without effect, and only noted. Sigmoid under a
    multi-class cross-entropy trains, but not the probabilities it seems to: that is advice
    and warns. Only outputs are compared, each with its own loss, so nothing is corrected for
    many comparisons.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    def check(self, structure: Structure) -> Result:
        """Compare each output with its cross-entropy."""
        outputs = [o for o in structure.outputs if o.kind in ("binary", "categorical", "sparse")]
        if not outputs:
            return Skip("no output has a cross-entropy loss")
        if any(isnan(output.minimum) or isnan(output.maximum) for output in outputs):
            return Inconclusive("the predictions before training are not numbers")
        findings = (self._finding(output) for output in outputs)
        return [finding for finding in findings if finding]

    def _finding(self, output: Output) -> Finding | None:
        fault = _mismatch(output)
        if fault is None:
            return None
        message, claim, remedy = fault
        return Finding(
            layer=output.layer,
            place="layer" if output.layer else "compile",
            claim=claim,
            message=message,
            remedy=remedy,
        )


Fault = tuple[str, Claim, Remedy | None]


def _mismatch(output: Output) -> Fault | None:
    if output.units == 1 and output.kind == "binary" and _is_constant_one(output):
        return "softmax over one unit: every prediction is exactly 1", Claim.FACT, _remedy(output, "sigmoid")
    if output.from_logits:
        return _under_logits(output)
    return _under_binary(output) if output.kind == "binary" else _under_classes(output)


def _is_constant_one(output: Output) -> bool:
    return output.minimum == 1.0 == output.maximum and (
        output.activation is None or output.activation.distribution
    )


def _under_logits(output: Output) -> Fault | None:
    squashed = output.activation is not None and (output.activation.distribution or _is_unit_range(output))
    if not squashed and not (output.activation is None and output.units > 1 and output.sums_to_one):
        return None
    name = output.activation.name if output.activation else "a distribution"
    if output.bypassed:
        harmless = "Keras takes the values before it, so the option does nothing"
        return f"{output.loss} with from_logits=True is fed {name}; {harmless}", Claim.NOTE, None
    message = f"{output.loss} with from_logits=True is fed {name}: the values are squashed twice"
    return message, Claim.FACT, _remedy(output, "linear")


def _under_binary(output: Output) -> Fault | None:
    if output.activation is None:
        outside = output.minimum < 0.0 or output.maximum > 1.0
    else:
        outside = not (output.activation.distribution or _is_unit_range(output))
    if not outside:
        return _several_labels(output)
    return (
        f"{output.loss} expects probabilities but is fed {_range(output)}",
        Claim.FACT,
        _remedy(output, "sigmoid"),
    )


def _several_labels(output: Output) -> Fault | None:
    """Find targets with several labels a row, or none, where the outputs of a row sum to one."""
    least, most = output.target_row_sums
    if output.units == 1 or not output.sums_to_one or not output.target_integers or least == most == 1.0:
        return None
    message = f"an example's outputs always sum to one, but its targets to {least:g} up to {most:g}"
    return message, Claim.FACT, _remedy(output, "sigmoid")


def _under_classes(output: Output) -> Fault | None:
    if output.sums_to_one and output.units > 1:
        return None
    if output.units == 1:
        return f"{output.loss} over a single unit: there is only one class to predict", Claim.FACT, None
    expected = f"{output.loss} expects a distribution over {output.units} classes"
    if output.activation is not None and _is_unit_range(output):
        fed = f"one {output.activation.name} per class"
        return f"{expected} but is fed {fed}", Claim.ADVICE, _remedy(output, "softmax")
    return f"{expected} but is fed {_range(output)}", Claim.FACT, _remedy(output, "softmax")


def _is_unit_range(output: Output) -> bool:
    activation = output.activation
    return activation is not None and activation.minimum >= -1e-6 and activation.maximum <= 1 + 1e-6


def _range(output: Output) -> str:
    if output.activation is None:
        return f"values from {output.minimum:.3g} to {output.maximum:.3g}"
    activation = output.activation
    return f"values from {activation.minimum:.3g} to {activation.maximum:.3g} ({activation.name})"


def _remedy(output: Output, activation: str) -> Remedy | None:
    return OutputActivation(output.layer, activation) if output.layer else None
