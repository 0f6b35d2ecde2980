"""What the probes measured: frozen, numbers only, one class per probe, no judgement.

Losses are data losses in inference mode, without regularization penalties, unless
said otherwise. *Skill* is `1 - L / L*`, where L* is the loss of the best constant
prediction: 0 is no better than a constant, 1 is perfect.
"""

from healthcheck.evidence.activations import Activations, Twins, Units
from healthcheck.evidence.compiled import Compiled, Scored
from healthcheck.evidence.creations import Creations
from healthcheck.evidence.data import Array, Data
from healthcheck.evidence.features import Features, Table
from healthcheck.evidence.fit_batch import FitBatch
from healthcheck.evidence.generalization import Generalization, Shift
from healthcheck.evidence.gradient_check import GradientCheck, Slope, WrongGradient
from healthcheck.evidence.gradient_noise import GradientNoise, NoiseScale
from healthcheck.evidence.initial import Initial, Inputs, Kernel
from healthcheck.evidence.layers import BatchNorm, Dropped, Layers
from healthcheck.evidence.modes import Modes
from healthcheck.evidence.normalizers import Normalizer, Normalizers
from healthcheck.evidence.oscillation import Oscillation
from healthcheck.evidence.overlap import Overlap
from healthcheck.evidence.penalties import Penalized, Penalties
from healthcheck.evidence.rates import Curvature, RangeTest
from healthcheck.evidence.repetition import Repetition
from healthcheck.evidence.response import HiddenFeatures, Influence, Response, Responses
from healthcheck.evidence.restarts import Restarts, ZeroedInputs
from healthcheck.evidence.signals import Signals
from healthcheck.evidence.skipped import Skipped
from healthcheck.evidence.start import Start
from healthcheck.evidence.structure import Activation, Output, Structure
from healthcheck.evidence.targets import LabelOrder, Order, Target, Targets
from healthcheck.evidence.training import (
    PART,
    Finite,
    NonFinite,
    Training,
    late_progress,
    noise_of,
    reached,
    skill,
    was_cut,
)
from healthcheck.evidence.weights import Weight, Weights

__all__ = [
    "PART",
    "Activation",
    "Activations",
    "Array",
    "BatchNorm",
    "Compiled",
    "Creations",
    "Curvature",
    "Data",
    "Dropped",
    "Features",
    "Finite",
    "FitBatch",
    "Generalization",
    "GradientCheck",
    "GradientNoise",
    "HiddenFeatures",
    "Influence",
    "Initial",
    "Inputs",
    "Kernel",
    "LabelOrder",
    "Layers",
    "Modes",
    "NoiseScale",
    "NonFinite",
    "Normalizer",
    "Normalizers",
    "Order",
    "Oscillation",
    "Output",
    "Overlap",
    "Penalized",
    "Penalties",
    "RangeTest",
    "Repetition",
    "Response",
    "Responses",
    "Restarts",
    "Scored",
    "Shift",
    "Signals",
    "Skipped",
    "Slope",
    "Start",
    "Structure",
    "Table",
    "Target",
    "Targets",
    "Training",
    "Twins",
    "Units",
    "Weight",
    "Weights",
    "WrongGradient",
    "ZeroedInputs",
    "late_progress",
    "noise_of",
    "reached",
    "skill",
    "was_cut",
]
