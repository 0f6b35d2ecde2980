"""Healthy evidence of what the trained model does with its inputs, and of trainings that were repeated."""
# ruff: noqa: PLR0913

from collections.abc import Sequence
from math import nan

from healthcheck import evidence


def hidden_features(
    layer: str = "output", *, width: int = 100, variance_share: float = 0.5, effective_rank: float = 5.0
) -> evidence.HiddenFeatures:
    """Return features half of whose mean square differs between inputs."""
    return evidence.HiddenFeatures(layer, width, variance_share, effective_rank)


def response(
    output: str = "output",
    *,
    layer: str | None = "output",
    varies: float = 0.9,
    value: float = 0.7,
    classes: int = 2,
    score: float = 0.9,
    constant_score: float = 0.5,
    target_varies: bool = True,
    features: evidence.HiddenFeatures | None = hidden_features(),  # noqa: B008 - frozen
) -> evidence.Response:
    """Return an output that tells two equally frequent classes apart."""
    counted = (classes, score, constant_score, target_varies, features)
    return evidence.Response(output, layer, varies, value, *counted)


def influence(name: str = "x", *, varies: bool = True, change: float = 0.5) -> evidence.Influence:
    """Return an input that the model reacts to."""
    return evidence.Influence(name, varies, change)


def responses(
    *outputs: evidence.Response,
    inputs: Sequence[evidence.Influence] = (evidence.Influence("x", True, 0.5),),
    examples: int = 128,
    mixing: float = 0.0,
    repeatability: float = 0.0,
    mixing_layer: str | None = None,
) -> evidence.Responses:
    """Return a model that reacts to its only input and to no other example of the batch."""
    made = (outputs or (response(),), tuple(inputs))
    return evidence.Responses(examples, *made, mixing, repeatability, mixing_layer)


def modes(
    *,
    batches: int = 32,
    training: float = 0.3,
    inference: float = 0.25,
    recalibrated: float = nan,
    noise: float = 0.01,
    constant_loss: float = 1.0,
) -> evidence.Modes:
    """Return a model that dropout makes a little worse in training mode."""
    return evidence.Modes(batches, training, inference, recalibrated, noise, constant_loss)


def oscillation(
    *, steps: int = 300, amplitude: float = 0.04, autocorrelation: float = 0.0, batch_noise: float = 0.04
) -> evidence.Oscillation:
    """Return steps that move as chance moves them."""
    return evidence.Oscillation(steps, amplitude, autocorrelation, batch_noise)


def restarts(*skills: float, examples: int = 1000) -> evidence.Restarts:
    """Return three seeds that reach about the same."""
    skills = skills or (0.90, 0.92, 0.88)
    return evidence.Restarts(tuple(range(len(skills))), skills, examples)


def zeroed_inputs(
    *,
    implied: bool = False,
    untried: str = "",
    real: Sequence[float] = (0.5, 0.5, 0.5),
    zeroed: Sequence[float] = (1.0, 1.0, 1.0),
) -> evidence.ZeroedInputs:
    """Return trainings in which the inputs save half of the loss."""
    return evidence.ZeroedInputs(implied, untried, tuple(real), tuple(zeroed), 1.1)
