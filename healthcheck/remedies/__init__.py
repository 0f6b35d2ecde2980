"""Changes one could make to a subject.

A remedy is a small frozen value: rules create it without TensorFlow, the
experiment applies it. `applied` yields the remedied twin and takes every change
back on exit.
"""

from healthcheck.remedies.adapt import AdaptNormalization
from healthcheck.remedies.base import Remedy
from healthcheck.remedies.clipping import ClipGradients
from healthcheck.remedies.combined import Combined
from healthcheck.remedies.decay import DecayRate
from healthcheck.remedies.dropout import DropDropout
from healthcheck.remedies.hidden_activation import LeakyActivation, ReluActivation
from healthcheck.remedies.initialization import FittingInitialization
from healthcheck.remedies.inputs import StandardizeInputs
from healthcheck.remedies.layer_normalization import LayerNormalizationInstead
from healthcheck.remedies.learning_rate import ScaleLearningRate
from healthcheck.remedies.longer import TrainLonger
from healthcheck.remedies.loss import FittingLoss, MeanLoss
from healthcheck.remedies.neutral_output import NeutralOutput
from healthcheck.remedies.output_activation import OutputActivation
from healthcheck.remedies.penalty import WeakenPenalty
from healthcheck.remedies.shuffle import Shuffle
from healthcheck.remedies.targets import StandardizeTargets

__all__ = [
    "AdaptNormalization",
    "ClipGradients",
    "Combined",
    "DecayRate",
    "DropDropout",
    "FittingInitialization",
    "FittingLoss",
    "LayerNormalizationInstead",
    "LeakyActivation",
    "MeanLoss",
    "NeutralOutput",
    "OutputActivation",
    "ReluActivation",
    "Remedy",
    "ScaleLearningRate",
    "Shuffle",
    "StandardizeInputs",
    "StandardizeTargets",
    "TrainLonger",
    "WeakenPenalty",
]
