"""The part of the report that is drawn: curves, layers over the training, signals, data."""

from pydantic import BaseModel

from healthcheck.strict import FROZEN, Number


class _Part(BaseModel):
    model_config = FROZEN


class Curve(_Part):
    """A named quantity over steps; `epochs` places the same points on the user's axis."""

    name: str
    steps: list[int]
    epochs: list[Number]
    values: list[Number]


class LayerTrace(_Part):
    """What the tap saw of one layer's kernel over the measured steps."""

    layer: str
    steps: list[int]
    gradient_norm: list[Number]
    gradient_mean: list[Number]
    gradient_std: list[Number]
    weight_mean: list[Number]
    weight_std: list[Number]
    update_ratio: list[Number]


class UnitShare(_Part):
    """Share of a layer's units that are dead or saturated, before and after training."""

    layer: str
    dead_before: Number | None = None
    dead_after: Number | None = None
    saturated_before: Number | None = None
    saturated_after: Number | None = None


class LayerSignal(_Part):
    """What passed through one layer, forth and back, at the first and the last measured step."""

    layer: str
    activation_std_start: Number
    """Of the layer's output, in training mode."""
    activation_std_end: Number
    signal_rms_start: Number
    """Root mean square of the loss's gradient with respect to that output; NaN where none came back."""
    signal_rms_end: Number


class FeatureRanges(_Part):
    """Where the features lie that arrive at the first layer with a kernel, before and after standardizing."""

    layer: str
    features: int
    """All that were measured; the lists hold as many of them as a picture can show."""
    numbers: list[int]
    """Number of each feature, from 1."""
    low: list[Number]
    high: list[Number]
    standardized_low: list[Number]
    """`low`, less the feature's mean, in its standard deviations."""
    standardized_high: list[Number]


class RangeTest(_Part):
    """Loss after training briefly at each of some learning rates."""

    rates: list[Number]
    losses: list[Number]
    rate: Number
    """The user's."""


class Curvature(_Part):
    """The sharpest direction of the loss, and the learning rate that it allows."""

    largest_eigenvalue: Number
    """Of the Hessian of the loss."""
    stable_rate: Number
    """Above this rate plain gradient descent moves away from the minimum."""
    rate: Number
    """The user's."""


class Pictures(_Part):
    """The evidence that the plots need."""

    curves: list[Curve] = []
    """Names as in Keras: `loss`, `val_loss`, then metrics (`accuracy`, `val_accuracy`)."""
    constant_loss: Number | None = None
    """Loss of the best constant prediction, a horizontal line in the loss plot."""
    stops: dict[str, Number] = {}
    """Epoch at which a criterion would have stopped: `best`, `GL`, `PQ`, `UP`."""
    layers: list[LayerTrace] = []
    units: list[UnitShare] = []
    signals: list[LayerSignal] = []
    """In the order in which the layers were called."""
    features: FeatureRanges | None = None
    classes: dict[str, dict[str, int]] = {}
    """Number of examples of each class, by the name of the targets: `y`, `validation y`."""
    range_test: RangeTest | None = None
    curvature: Curvature | None = None
