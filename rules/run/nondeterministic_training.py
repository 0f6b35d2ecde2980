"""Nondeterministic training."""

from healthcheck.evidence import Repetition
from healthcheck.rule import Claim, Finding, Result, Rule


class NondeterministicTraining(Rule):
    """A training that gives other weights from the same seed cannot be repeated, nor compared fairly.

    The first steps are done twice from the same weights, random states and batches. When the
    results differ, the model draws random numbers that no seed governs, or the device adds
    numbers up in no fixed order. That is no fault, so it is information.

    **What to do.** Draw from `keras.random` with a `keras.random.SeedGenerator`, and not from NumPy
    inside the model; on a GPU call `tf.config.experimental.enable_op_determinism()`.

    **What this cannot see.** What is random in the data pipeline, which is read once, and seeds that
    the script does not set. A model that uses random operations of TensorFlow itself is not judged.

    A fact: bitwise equality, one comparison per model; nothing is estimated.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    def check(self, repetition: Repetition) -> Result:
        """Find what differed."""
        if not repetition.differing:
            return []
        return [
            Finding(
                place="fit",
                claim=Claim.NOTE,
                message=f"done twice from the same seed, {repetition.differing} of the first "
                f"{repetition.steps} steps gave other values",
                measured=float(repetition.differing),
                limit=0.0,
            )
        ]
