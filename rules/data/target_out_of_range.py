"""Target out of range."""

from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Output, Structure
from healthcheck.rule import Claim, Finding, Result, Rule, Skip


class TargetOutOfRange(Rule):
    """A target that the output or the loss cannot reach can never be learned.

    Class labels outside 0..C-1, labels other than 0 and 1 under binary cross-entropy,
    one-hot rows that do not sum to one, or numbers beyond the range of the output
    activation. Such targets can make a loss fall without end, below the floor that it has
    on valid ones, so the loss curve looks excellent while nothing is learned.

    **What to do.** Map labels to 0..C-1, {-1, 1} to {0, 1}; for numbers use a linear output
    or scale the targets into the output's range.

    **What this cannot see.** Targets that are in range and wrong. Custom losses are not judged.

    A fact: it follows from the largest and smallest targets. Ranges of activations are
    exact to `tolerance`.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    tolerance: Annotated[float, Field(ge=0, le=0.5)] = 0.01
    """How far a target may lie beyond a range, as a share of it (of the targets' spread if it is endless)."""

    def check(self, structure: Structure) -> Result:
        """Compare every output's targets with what its loss and activation allow."""
        if not structure.outputs:
            return Skip("the outputs cannot be matched with targets and losses")
        return [
            Finding(
                layer=output.layer if fault[2] else None,
                place="layer" if fault[2] else "fit",
                claim=Claim.FACT,
                message=f"{self._named(structure, output)}{fault[0]}",
                measured=fault[1],
                limit=fault[3],
            )
            for output in structure.outputs
            if (fault := self._fault(output))
        ]

    def _fault(self, output: Output) -> tuple[str, float, bool, float] | None:
        """Return message, measured value, whether the layer is at fault, and the limit."""
        if output.kind == "sparse":
            return self._labels(output)
        if output.kind in ("binary", "categorical"):
            return self._probabilities(output)
        return self._numbers(output) if output.kind in ("squared", "absolute") else None

    def _labels(self, output: Output) -> tuple[str, float, bool, float] | None:
        if not output.target_integers:
            return (
                f"{output.loss} takes class numbers, but the targets are not whole",
                output.target_maximum,
                False,
                0,
            )
        low, high, classes = output.target_minimum, output.target_maximum, output.units
        if low >= 0 and high < classes:
            return None
        wrong = high if not high < classes else low
        allowed = f"the output has {classes} units, so labels must lie in 0..{classes - 1}"
        limit = 0 if high < classes else classes - 1
        return f"labels go from {low:g} to {high:g}, but {allowed}", wrong, False, limit

    def _probabilities(self, output: Output) -> tuple[str, float, bool, float] | None:
        low, high = output.target_minimum, output.target_maximum
        if not (-self.tolerance <= low and high <= 1 + self.tolerance):
            wrong, limit = (low, 0.0) if high <= 1 + self.tolerance else (high, 1.0)
            return f"targets go from {low:g} to {high:g}, but {output.loss} takes 0 to 1", wrong, False, limit
        least, most = output.target_row_sums
        if output.kind == "categorical" and not (
            abs(least - 1) <= self.tolerance and abs(most - 1) <= self.tolerance
        ):
            return (
                f"rows of targets sum to {least:g} to {most:g}, but {output.loss} takes 1",
                least if abs(most - 1) <= self.tolerance else most,
                False,
                1.0,
            )
        return None

    def _numbers(self, output: Output) -> tuple[str, float, bool, float] | None:
        if output.activation is None:
            return None
        low, high = output.activation.minimum, output.activation.maximum
        slack = self.tolerance * (high - low if high - low < float("inf") else max(output.target_std, 1e-12))
        if low - slack <= output.target_minimum and output.target_maximum <= high + slack:
            return None
        above = not output.target_maximum <= high + slack
        reach = f"{output.activation.name} reaches {low:.3g} to {high:.3g} only"
        message = f"targets go from {output.target_minimum:.3g} to {output.target_maximum:.3g}, but {reach}"
        return (
            message,
            output.target_maximum if above else output.target_minimum,
            True,
            high if above else low,
        )

    def _named(self, structure: Structure, output: Output) -> str:
        return f"output {output.name!r}: " if len(structure.outputs) > 1 else ""
