"""The training examples on their way to the traced steps: whole if they are small, else piece by piece.

A piece is what some steps take, gathered on the host, so that never more than that is on the device.
All pieces have the same number of rows, so that one trace serves them.
"""

from typing import Any

import numpy as np

from healthcheck.probes.trace import Steps, TracedModel, on_device
from healthcheck.schedule import Slots
from healthcheck.subject import Examples

MAX_WHOLE_BYTES = 64 * 2**20
"""Examples up to this size lie on the device as a whole."""
MAX_PIECE_BYTES = 16 * 2**20
"""Size of a piece; one step alone may be larger."""


class Feed:
    """Does steps on examples, however many these are."""

    def __init__(self, examples: Examples) -> None:
        self._examples = examples
        self._whole: Any = on_device(examples) if examples.nbytes <= MAX_WHOLE_BYTES else None

    def steps(self, traced: TracedModel, slots: Slots, measured: np.ndarray) -> Steps:
        """Do the steps of `slots`, measuring those that `measured` marks; stop at a non-finite loss."""
        if self._whole is not None:
            return traced.train(self._whole, slots, measured)
        most = max(int((slots.ends - slots.starts).max()), MAX_PIECE_BYTES // self._examples.row_bytes)
        done: list[Steps] = []
        at = 0
        while at < len(slots):
            end = _last_step(slots, at, most)
            data, piece = self._piece(slots.part(at, end), most)
            done.append(traced.train(data, piece, measured[at:end]))
            at = end
            if len(done[-1].losses) < len(piece) or not np.isfinite(done[-1].losses[-1]):
                break
        return _joined(done)

    def _piece(self, slots: Slots, most: int) -> tuple[Any, Slots]:
        """Return the rows that the steps take, filled up to `most`, and the steps on these rows."""
        pairs = zip(slots.starts, slots.ends, strict=True)
        rows = np.concatenate([slots.rows[start:end] for start, end in pairs])
        ends = np.cumsum(slots.ends - slots.starts).astype("int32")
        starts = ends - (slots.ends - slots.starts)
        filled = np.resize(rows, most)
        return on_device(self._examples.take(filled)), Slots(np.arange(most, dtype="int32"), starts, ends)


def _last_step(slots: Slots, first: int, most: int) -> int:
    """Return the end of the steps from `first` on that take at most `most` rows together."""
    rows = np.cumsum(slots.ends[first:] - slots.starts[first:])
    return first + max(1, int(np.searchsorted(rows, most, side="right")))


def _joined(parts: list[Steps]) -> Steps:
    calls = [part.calls for part in parts if len(part.calls)] or [parts[0].calls]
    return Steps(
        np.concatenate([part.losses for part in parts]),
        np.concatenate([part.kernels for part in parts]),
        np.concatenate(calls),
    )
