"""What cannot be measured of models that leave to their own `train_step` what others tell Keras."""

from healthcheck.evidence import (
    Activations,
    Compiled,
    FitBatch,
    Generalization,
    Inputs,
    Layers,
    Modes,
    Normalizers,
    Penalties,
    Responses,
    Skipped,
    Start,
    Targets,
)
from healthcheck.probes.own_step import has_own_loss
from healthcheck.subject import Subject

CALLED = (Activations, Inputs, Layers, Normalizers, Responses, Targets)
"""Evidence of probes that call the model on its inputs."""
COMPILED = (Compiled, FitBatch, Generalization, Modes, Penalties, Start)
"""Evidence of probes that ask for the compiled loss."""


def unmeasurable(subject: Subject) -> dict[type, Skipped]:
    """Return the kinds of evidence that cannot be had of this subject, each with the reason."""
    found: dict[type, Skipped] = {}
    if has_own_loss(subject.model, subject.train.y):
        why = "the loss is known to the model's own `train_step` alone"
        found |= {kind: Skipped(why) for kind in COMPILED}
    if not subject.callable:
        why = "the model cannot be called on its inputs: its own `train_step` calls its parts"
        found |= {kind: Skipped(why) for kind in CALLED + COMPILED}
    return found
