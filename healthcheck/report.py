"""The report: everything a reader, a renderer or another program gets to know.

The JSON file is this model, written out. Renderers read it and judge nothing.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from healthcheck import drawn
from healthcheck.documents import read_document
from healthcheck.strict import FROZEN, Number

SCHEMA_VERSION = "1.4"
"""A new field makes a new minor version, and has a default, so that older reports can be read."""

Curvature = drawn.Curvature
Curve = drawn.Curve
FeatureRanges = drawn.FeatureRanges
LayerSignal = drawn.LayerSignal
LayerTrace = drawn.LayerTrace
Pictures = drawn.Pictures
RangeTest = drawn.RangeTest
UnitShare = drawn.UnitShare

Status = Literal["pass", "fail", "warn", "info", "not_applicable", "inconclusive", "error"]
Verdict = Literal["healthy", "unhealthy", "not_checked"]


class _Part(BaseModel):
    model_config = FROZEN


class Source(_Part):
    """A place in the user's file."""

    file: str
    line: int
    code: str = ""
    """The text of that line, stripped."""
    cell: int | None = None
    """The cell of a notebook, all kinds counted from 1; the line is then one of that cell."""


class Remedy(_Part):
    """A change the user could make."""

    name: str
    """What to do, imperative: "use ReLU with He initialization"."""
    code: str
    """How to say it in code."""


class Run(_Part):
    """One seed of an experiment: the loss curve without and with the remedy."""

    seed: int
    steps: list[int]
    before: list[Number]
    """Loss on the fixed training examples, in inference mode, at `steps`."""
    after: list[Number]
    skill_before: Number
    """1 - L/L*, where L* is the loss of the best constant prediction."""
    skill_after: Number


class Experiment(_Part):
    """The training repeated with a remedy, from the same seeds, for the same steps."""

    before: Number
    """Median over seeds of the evaluation loss at the end, as the user wrote it."""
    after: Number
    """The same with the remedy."""
    skill_before: Number
    skill_after: Number
    gain: Number | None = None
    """Mean over seeds of the skill that the remedy adds."""
    gain_low: Number | None = None
    """Lower end of the gain's 95 % confidence interval, from the paired differences; none for one seed."""
    gain_high: Number | None = None
    seeds: list[int]
    better_on: int
    """The number of seeds on which the remedy was clearly better."""
    steps: int
    helped: bool
    """Clearly better on every seed."""
    runs: list[Run]


class Finding(_Part):
    """What one rule says about one place of the model."""

    rule: str
    status: Status
    cause: bool = False
    """Whether this finding is named as the cause of the others."""
    consequence_of: str | None = None
    """The rule whose finding explains this one: with its remedy this one is gone, or mended as well."""
    layer: str | None = None
    source: Source | None = None
    message: str
    measured: Number | None = None
    limit: Number | None = None
    remedy: Remedy | None = None
    experiment: Experiment | None = None
    known: bool = False
    """Whether the baseline has it; it is information then, unless it became worse."""


class RuleOutcome(_Part):
    """The status of one rule, with the reason when it is not a plain pass."""

    rule: str
    family: str
    status: Status
    reason: str = ""


class Layer(_Part):
    """One row of the layer table."""

    path: str
    kind: str
    """Name of the layer's class."""
    parameters: int
    activation: str = ""
    source: Source | None = None


class Feature(_Part):
    """One row of the data table: an input or a target."""

    name: str
    shape: list[int]
    dtype: str
    minimum: Number
    maximum: Number
    mean: Number
    std: Number
    non_finite: int


class Subject(_Part):
    """One model, as its author trains it, and what we say about it."""

    name: str
    target: str
    verdict: Verdict
    source: Source | None = None
    """The line of the `fit`; for what could not be checked, the line at fault."""
    summary: str
    """One sentence: the verdict and the cause."""
    rules: list[RuleOutcome] = []
    findings: list[Finding] = []
    notes: list[str] = []
    """What the reader should know of how the check was done."""
    plan: str = ""
    """The training that was planned and what was done of it."""
    seeds: list[int] = []
    layers: list[Layer] = []
    data: list[Feature] = []
    pictures: Pictures = Pictures()
    seconds: Number = 0.0
    """Declared as changing from run to run."""
    memory: Number = 0.0
    """Largest resident memory of the process until then, in MiB; 0 where unknown. Changes from run to run."""
    device_memory: Number = 0.0
    """Most that TensorFlow had allocated on the GPU, in MiB; 0 on a CPU. Changes from run to run."""
    device_utilization: Number | None = None
    """Percent of the check in which the GPU was busy, whoever used it; changes from run to run."""


class Report(_Part):
    """A whole run. Equal inputs give equal bytes, but for the fields that are said to change."""

    schema_version: str = SCHEMA_VERSION
    tool: str = "healthcheck"
    versions: dict[str, str]
    device: str
    command: str
    """How to reproduce the run."""
    settings: dict[str, object]
    verdict: Verdict
    subjects: list[Subject]
    seconds: Number

    @classmethod
    def load(cls, path: Path) -> "Report":
        """Read a report from its JSON file; older minor versions of the schema are read, too.

        Raises `HealthcheckError` when it is no report, or one of a newer version.
        """
        return read_document(path, "report", cls, SCHEMA_VERSION)

    def assert_healthy(self, ignore: Sequence[str] = ()) -> None:
        """Raise `AssertionError` with the findings unless every subject is healthy.

        `ignore` names rules and families that do not count.
        """
        __tracebackhide__ = True  # pytest shows the test's own line
        from healthcheck.render.terminal import findings_text  # noqa: PLC0415 - renderers import this module
        from healthcheck.verdict import verdict_of  # noqa: PLC0415

        ignored = {name.replace("_", "-") for name in ignore}
        for subject in self.subjects:
            counted = [one for one in subject.rules if ignored.isdisjoint((one.rule, one.family))]
            statuses: list[Status] = [one.status for one in counted]
            tolerated = verdict_of(statuses, str(self.settings["fail_on"])) == "healthy"
            if subject.verdict == "healthy" or (subject.verdict == "unhealthy" and tolerated):
                continue
            names = {one.rule for one in counted}
            shown = [finding for finding in subject.findings if finding.rule in names]
            raise AssertionError(f"{subject.summary}\n\n{findings_text(shown)}".rstrip())

    def to_json(self) -> str:
        """Write the report as strict JSON, in a stable order."""
        return self.model_dump_json(indent=1) + "\n"


def failing(fail_on: object) -> tuple[Status, ...]:
    """Return the statuses that make a subject unhealthy, by the setting `fail_on`."""
    return ("fail", "warn") if fail_on == "warn" else ("fail",)


def overall(verdicts: list[Verdict]) -> Verdict:
    """Join verdicts; one thing not checked outweighs all, and nothing at all is not healthy."""
    if not verdicts or "not_checked" in verdicts:
        return "not_checked"
    return "unhealthy" if "unhealthy" in verdicts else "healthy"


def not_checked(target: str, message: str, source: Source | None = None) -> Subject:
    """Return the subject that stands for a target that could not be checked, with the reason."""
    return Subject(
        name=target,
        target=target,
        verdict="not_checked",
        source=source,
        summary=message,
        rules=[RuleOutcome(rule="not-checkable", family="run", status="error", reason=message)],
        findings=[Finding(rule="not-checkable", status="error", cause=True, message=message, source=source)],
    )
