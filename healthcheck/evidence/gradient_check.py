"""What the gradient check measured; part of `healthcheck.evidence`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Slope:
    """One directional derivative: as the gradient says, and as differences of the function say."""

    part: str
    """What was moved: the path of a variable, or an input; several where they were moved together."""
    parts: int
    is_input: bool
    direction: str
    """`gradient` or `random`."""
    analytic: float
    """The gradient times the direction."""
    numeric: float
    """By central differences."""
    error: float
    """Estimated error of both, absolute."""
    scale: float
    """The larger of the two, and at least what a random direction typically has."""


@dataclass(frozen=True)
class WrongGradient:
    """A place whose gradient, looked at by itself, is not that of what it computes."""

    layer: str | None
    """Path of the layer; None for the loss, or for what the model computes outside its layers."""
    place: str
    """`layer`, `loss`, `model`, or `unsearched` where the budget ended before all layers were looked at."""
    part: str
    """The variable or the input by which it was differentiated where it is most wrong."""
    disagreement: float
    """Relative, beyond what the numeric error explains: the smallest of all attempts and both batches."""
    ratio: float
    """Analytic over numeric derivative; 0 where the gradient is blocked."""
    precision: str = "float64"
    """In which this place could be computed; a layer may be exact where the model as a whole is not."""


@dataclass(frozen=True)
class GradientCheck:
    """Gradients against central differences, in training mode, on two batches."""

    precision: str
    """`float64`, or `float32` where the model insists on it."""
    derivatives: int
    """Directional derivatives compared on each batch."""
    parts: int
    """Trainable variables and real-valued inputs."""
    examples: int
    """In a batch."""
    disagreement: float
    """The largest of the whole model, relative, beyond what the numeric error explains."""
    uncertainty: float
    """Median numeric error, relative to the slope."""
    wrong: tuple[WrongGradient, ...]
    """From the output back."""
