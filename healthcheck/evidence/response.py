"""How the trained model responds to its inputs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HiddenFeatures:
    """The last hidden features of one output, over the probed examples."""

    layer: str
    """Path of the layer that takes them."""
    width: int
    variance_share: float
    """Variance between inputs as a share of the mean square; 0 where all features are zero."""
    effective_rank: float
    """Participation ratio of the covariance's eigenvalues: 1 when all features move together."""


@dataclass(frozen=True)
class Response:
    """One output of the trained model, in inference mode."""

    output: str
    layer: str | None
    """Path of the layer that makes it, when a layer does."""
    varies: float
    """Largest range of a unit over the examples, relative to the largest prediction."""
    value: float
    """The first prediction, to be shown where there is no other."""
    classes: int
    """Distinct classes predicted; 0 when it does not classify."""
    score: float
    """Accuracy, or R^2; NaN where neither can be told."""
    constant_score: float
    """The same of the best constant prediction."""
    target_varies: bool
    features: HiddenFeatures | None
    """None when the output is computed from the inputs without a hidden layer."""


@dataclass(frozen=True)
class Influence:
    """What one input does to all outputs together."""

    name: str
    varies: bool
    """Whether its rows differ."""
    change: float
    """Largest change of what leads to an output when its rows change places, relative to the largest value.

    Looked at are the last hidden features, or the predictions where there are none.
    """


@dataclass(frozen=True)
class Responses:
    """The trained model's outputs as functions of its inputs, in inference mode."""

    examples: int
    outputs: tuple[Response, ...]
    inputs: tuple[Influence, ...]
    mixing: float
    """Largest change of a prediction when other examples of its batch change, relative to the range.

    NaN where predictions cannot be compared row by row.
    """
    repeatability: float
    """The same when nothing changes."""
    mixing_layer: str | None
    """Path of the first layer where examples mix; None where no layer does it or nothing mixes."""
