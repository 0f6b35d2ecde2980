"""What the model is to predict, and in which order it is shown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """The targets of one output."""

    name: str
    layer: str | None
    """Path of the layer that makes the output, when a layer does."""
    classes: tuple[tuple[str, int], ...]
    """Labels and their counts, the 50 most frequent first; empty where the targets are not classes."""
    evenness: float
    """Entropy of the classes, weighted as in the loss, over that of equally frequent ones; else NaN."""
    regressed: bool
    """Whether a squared or absolute error holds them against an output that can be any number."""
    mean: float
    std: float
    """Of the targets, over all entries."""
    predicted_mean: float
    """Of the predictions before training."""
    predicted_std: float


@dataclass(frozen=True)
class Targets:
    """The targets of every output; empty when they cannot be matched with the outputs."""

    outputs: tuple[Target, ...]


@dataclass(frozen=True)
class LabelOrder:
    """How the labels of one output follow on each other in the training data."""

    name: str
    alike: float
    """Share of examples with the same label as the one before."""
    by_chance: float
    """What this share would be in a random order."""


@dataclass(frozen=True)
class Order:
    """In which order the training shows its examples."""

    shuffled: bool
    """Whether the fit draws a new order every epoch."""
    examples: int
    steps_per_epoch: int
    labels: tuple[LabelOrder, ...]
    """Of the outputs with one class label an example and more than one class."""
