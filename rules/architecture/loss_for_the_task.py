"""The loss that the task asks for."""

from healthcheck.evidence import Compiled, Output, Structure
from healthcheck.remedies import FittingLoss
from healthcheck.rule import Claim, Finding, Result, Rule, Skip

UNIT = (0.0, 1.0)
FEWEST_CLASSES = 3
"""Two have a loss of their own."""


class LossForTheTask(Rule):
    """Squared error on classes, or cross-entropy on amounts, learns more slowly than the fitting loss.

    Squared error behind a sigmoid or softmax has a gradient that vanishes where the prediction
    is confidently wrong; class numbers held against one unit per class make every unit learn
    the same number. Cross-entropy on real-valued targets treats an amount as a probability.

    **What to do.** Two classes: `binary_crossentropy`. Several: `sparse_categorical_crossentropy`, or
    `categorical_crossentropy` for one-hot rows. Amounts: `mse`, `mae` or `Huber`.

    **What this cannot see.** Class numbers that are predicted by a single unit, unless an accuracy among
    the metrics says that they are classes: they may be counts or grades, for which squared error
    is right. Losses of your own, and models with several outputs, whose losses share one scale.

    Squared error on 0 and 1 is a proper score, and so is cross-entropy on soft labels or on pixels:
    many such models are healthy. So this is a suspicion. It warns only when the same training
    with the fitting loss is better on every seed, judged by the predictions, and is
    information otherwise. One comparison for the whole model. Class numbers as one amount need other
    units and not only another loss, so nothing is tried there: it warns.

    Source: Golik, Doetsch, Ney, Cross-Entropy vs. Squared Error Training (2013). There is no
    limit but those of the experiment, which are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    def check(self, structure: Structure, compiled: Compiled) -> Result:
        """Hold the kind of the targets against the kind of the loss."""
        if len(structure.outputs) != 1:
            return Skip("losses of several outputs share one scale and are not tried one by one")
        (output,) = structure.outputs
        if output.kind == "other":
            return Skip("the loss is neither a squared or absolute error nor a cross-entropy")
        if compiled.metrics and _is_class_number_as_amount(output):
            low, high = output.target_minimum, output.target_maximum
            message = f"the loss {output.loss} takes the classes {low:.0f} to {high:.0f} for an amount that "
            message += f"one unit predicts; {compiled.metrics[0].metric!r} takes them for classes"
            return [Finding(message, place="compile", claim=Claim.ADVICE)]
        fitting = _fitting(output)
        if fitting is None:
            return []
        targets, remedy = fitting
        message = f"the loss {output.loss} is held against {targets}"
        return [Finding(message, place="compile", claim=Claim.SUSPICION, remedy=remedy)]


def _fitting(output: Output) -> tuple[str, FittingLoss] | None:
    """Return what the targets are and the loss for them; None where the present one will do."""
    if output.kind == "binary":
        return _fitting_amounts_or_classes(output)
    if output.kind not in ("squared", "absolute") or not output.target_integers:
        return None
    values = (output.target_minimum, output.target_maximum)
    if output.units == 1:
        is_binary = values == UNIT and _is_probability(output) is not None
        remedy = FittingLoss("binary", _is_probability(output) is False)
        return ("the labels 0 and 1", remedy) if is_binary else None
    logits = not output.sums_to_one
    if _is_one_hot(output):
        return "one-hot rows", FittingLoss("categorical", logits)
    if output.target_size == 1 and _within(values, (0.0, output.units - 1.0)):
        return f"class numbers, against all {output.units} units at once", FittingLoss("sparse", logits)
    return None


def _is_class_number_as_amount(output: Output) -> bool:
    """Whether one unit predicts whole numbers of which none is left out."""
    is_amount = output.kind in ("squared", "absolute") and output.units == output.target_size == 1
    low, high = output.target_minimum, output.target_maximum
    every = high - low + 1.0 == output.target_classes >= FEWEST_CLASSES and low in UNIT
    return is_amount and output.target_integers and every


def _fitting_amounts_or_classes(output: Output) -> tuple[str, FittingLoss] | None:
    """Return what binary cross-entropy is held against where it is neither yes and no nor shades of it."""
    values = (output.target_minimum, output.target_maximum)
    if _is_one_hot(output) and output.sums_to_one:
        return "one-hot rows, each class by itself", FittingLoss("categorical", False)
    if output.target_size == 1 and not output.target_integers and _within(values, UNIT):
        return f"real numbers from {values[0]:.3g} to {values[1]:.3g}", FittingLoss("squared", False)
    return None


def _is_one_hot(output: Output) -> bool:
    values = (output.target_minimum, output.target_maximum)
    is_of_classes = output.units > 1 and output.target_integers
    return is_of_classes and values == UNIT and output.target_row_sums == (1.0, 1.0)


def _within(values: tuple[float, float], bounds: tuple[float, float]) -> bool:
    return values[0] >= bounds[0] and values[1] <= bounds[1]


def _is_probability(output: Output) -> bool | None:
    """Whether the output is a probability (True) or any real number (False); None for neither."""
    activation = output.activation
    if activation is not None and (activation.minimum, activation.maximum) == UNIT:
        return True
    return False if activation is None or activation.affine else None
