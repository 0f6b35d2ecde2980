"""What a rule is and what it may say."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, get_type_hints

from pydantic import BaseModel, ConfigDict

from healthcheck.remedies import Remedy


class Claim(StrEnum):
    """How much a finding asserts; `verdict.py` turns it into a status."""

    FACT = "fact"
    """A fault of the program, certain and harmful: fails."""
    HARM = "harm"
    """Certain and harmful, but what came of a fault: fails, and gives way to what explains it."""
    SYMPTOM = "symptom"
    """Fails when harm was measured, is information when the remedy did not help."""
    ADVICE = "advice"
    """Warns; is information when the remedy did nothing, fails when it mended a training without skill."""
    SUSPICION = "suspicion"
    """Information, unless an experiment shows that the remedy helps; then as advice."""
    NOTE = "note"
    """Information."""


@dataclass(frozen=True)
class Finding:
    """Something a rule found."""

    message: str
    measured: float | None = None
    limit: float | None = None
    layer: str | None = None
    """Path of the layer; the report adds the line that made it."""
    place: Literal["layer", "compile", "fit"] = "layer"
    """Which line to show when there is no layer."""
    claim: Claim = Claim.SYMPTOM
    remedy: Remedy | None = None
    arose: bool = False
    """Whether the training brought it about: what was so from the start, or set it going, explains it."""


@dataclass(frozen=True)
class Skip:
    """The rule does not apply, and why."""

    reason: str


@dataclass(frozen=True)
class Inconclusive:
    """The rule applies but the evidence does not suffice: says what would be needed."""

    reason: str


Result = Sequence[Finding] | Skip | Inconclusive


class Rule(BaseModel):
    """Base of all rules: a function of evidence whose fields are its thresholds.

    A subclass defines `check`; the annotations of its parameters, all of them evidence
    classes, say which probes must run. The subclass's docstring is what `--explain` shows.
    """

    # Built when first used: a list of rules needs their names and not their validators.
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, defer_build=True)

    @classmethod
    def id(cls) -> str:
        """Name of the rule in kebab-case, stable for ever."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def family(cls) -> str:
        """Name of the folder the rule lives in."""
        return cls.__module__.split(".")[-2].replace("_", "-")

    @classmethod
    def needs(cls) -> dict[str, type]:
        """Return the evidence that `check` asks for, by parameter name."""
        hints = get_type_hints(cls.check)
        hints.pop("return", None)
        return hints

    if TYPE_CHECKING:
        # A subclass's own `check` names the evidence it wants; there is no common signature.
        check: Callable[..., Result]
