"""Prechelt's stopping criteria GL, PQ and UP, read off the curves.

Source: Lutz Prechelt, Early Stopping - But When? (1998), criteria GL_5, PQ_0.5 and UP_4.
"""

import numpy as np

MAX_LOSS = 5.0
"""GL stops when the validation loss is this many per cent above its best."""
MAX_QUOTIENT = 0.5
"""PQ stops when that loss of generalization exceeds this share of the training progress."""
STRIP = 5
"""Points in a strip of training."""
RISES = 4
"""UP stops after this many successive strips whose validation loss rose."""


def stopping_epochs(epochs: np.ndarray, loss: np.ndarray, validation: np.ndarray) -> dict[str, float]:
    """Return the epoch of the best validation loss and the epochs at which the criteria would have stopped.

    A criterion that never stops is left out; no validation curve gives nothing. `epochs`,
    `loss` and `validation` share one axis: the points at which the model was evaluated.
    """
    if len(validation) < 2 or not np.isfinite(validation).all():
        return {}
    best_so_far = np.minimum.accumulate(validation)
    with np.errstate(divide="ignore", invalid="ignore"):
        generalization_loss = 100.0 * (validation / best_so_far - 1.0)
    stops = {
        "best": int(np.argmin(validation)),
        "GL": _first(generalization_loss > MAX_LOSS),
        "PQ": _first(_quotients(generalization_loss, loss) > MAX_QUOTIENT),
        "UP": _first_rises(validation),
    }
    return {name: float(epochs[at]) for name, at in stops.items() if at is not None}


def _first(hits: np.ndarray) -> int | None:
    return int(np.argmax(hits)) if hits.any() else None


def _quotients(generalization_loss: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """Return GL over the progress P_k of the strip of training that ends at each point."""
    quotients = np.zeros(len(loss))
    for end in range(STRIP, len(loss) + 1):
        strip = loss[end - STRIP : end]
        progress = 1000.0 * (strip.sum() / (STRIP * strip.min()) - 1.0) if strip.min() > 0 else np.nan
        loss_of_generalization = generalization_loss[end - 1]
        at_rest = np.inf if loss_of_generalization > 0 and progress == 0 else 0.0
        quotients[end - 1] = loss_of_generalization / progress if progress > 0 else at_rest
    return quotients


def _first_rises(validation: np.ndarray) -> int | None:
    ends = np.arange(STRIP, len(validation), STRIP)
    rose = np.diff(validation[np.concatenate([[0], ends])]) > 0
    for at in range(RISES, len(rose) + 1):
        if rose[at - RISES : at].all():
            return int(ends[at - 1])
    return None
