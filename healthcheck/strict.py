"""What every part of the report is made of: frozen, without unknown fields, strict JSON."""

import math
from typing import Annotated

from pydantic import ConfigDict, PlainSerializer, WithJsonSchema


def _strict(number: float) -> float | str:
    return number if math.isfinite(number) else str(float(number))


Number = Annotated[
    float,
    PlainSerializer(_strict, when_used="json"),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"enum": ["nan", "inf", "-inf"]}]}),
]
"""A float; JSON has no NaN or infinity, so these are written as strings."""


FROZEN = ConfigDict(frozen=True, extra="forbid")
"""How every part of the report is configured."""
