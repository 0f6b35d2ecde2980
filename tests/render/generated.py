"""Reports of every kind, with hostile strings and with numbers that are none, for hypothesis."""

from hypothesis import strategies as st
from reports import HOSTILE

from healthcheck.report import (
    Curve,
    Experiment,
    Finding,
    Pictures,
    Remedy,
    Report,
    RuleOutcome,
    Run,
    Source,
    Subject,
    overall,
)
from healthcheck.verdict import verdict_of

NASTY = [
    HOSTILE,
    "",
    "a|b`c``d\\|e",
    "@everyone #1 GH-2 https://x.test [l](https://x.test) ![i](i.png) www.x.test <img src=x>",
    "::error file=a.py::gone\n::stop-commands::x",
    "]]></failure><testcase name='x'/>",
    "-->\x00\x08\ufffe\u2028{0} {{1}} ${{ secrets.TOKEN }}",
    "%0A%25,:=;",
    "../../etc/passwd",
    "x" * 5000,
]
texts = st.sampled_from(NASTY) | st.text(max_size=30)
numbers = st.floats()
sources = st.none() | st.builds(Source, file=texts, line=st.integers(-5, 10**12), code=texts)
floats = st.lists(numbers, max_size=5)
runs = st.builds(
    Run, seed=st.integers(0, 9), steps=st.lists(st.integers(0, 9), max_size=3), before=floats, after=floats,
    skill_before=numbers, skill_after=numbers,
)  # fmt: skip
experiments = st.none() | st.builds(
    Experiment, before=numbers, after=numbers, skill_before=numbers, skill_after=numbers, seeds=st.just([0, 1]),
    better_on=st.integers(0, 2), steps=st.integers(0, 10**6), helped=st.booleans(), runs=st.lists(runs, max_size=1),
)  # fmt: skip
curves = st.builds(Curve, name=texts, steps=st.just([1]), epochs=floats, values=floats)


def findings(rule: str, status: str):
    return st.builds(
        Finding,
        rule=st.just(rule),
        status=st.just(status),
        cause=st.booleans(),
        layer=st.none() | texts,
        source=sources,
        message=texts,
        measured=st.none() | numbers,
        limit=st.none() | numbers,
        remedy=st.none() | st.builds(Remedy, name=texts, code=texts),
        experiment=experiments,
        known=st.booleans() if status == "info" else st.just(False),
    )


@st.composite
def subjects(draw, fail_on: str):
    """A subject whose verdict follows from its rules, as `verdict.py` has it."""
    names = draw(st.lists(texts.filter(lambda name: name != "not-checkable"), max_size=4, unique=True))
    statuses = ["pass", "fail", "warn", "info", "not_applicable", "inconclusive", "error"]
    outcomes, found = [], []
    for name in names:
        status = draw(st.sampled_from(statuses))
        outcomes.append(RuleOutcome(rule=name, family=draw(texts), status=status, reason=draw(texts)))
        if status in ("fail", "warn", "info", "error"):
            found += draw(st.lists(findings(name, status), min_size=1, max_size=2))
    verdict = verdict_of([outcome.status for outcome in outcomes], fail_on)
    return Subject(
        name=draw(texts),
        target=draw(texts),
        verdict=draw(st.sampled_from([verdict, verdict, "not_checked"])),
        source=draw(sources),
        summary=draw(texts),
        rules=outcomes,
        findings=found,
        notes=draw(st.lists(texts, max_size=2)),
        pictures=Pictures(curves=draw(st.lists(curves, max_size=2))),
        seconds=draw(numbers),
    )


@st.composite
def reports(draw):
    fail_on = draw(st.sampled_from(["fail", "warn"]))
    found = draw(st.lists(subjects(fail_on), max_size=3))
    return Report(
        versions=draw(st.dictionaries(texts, texts, max_size=2)),
        device=draw(texts),
        command=draw(texts),
        settings={"fail_on": fail_on},
        verdict=overall([subject.verdict for subject in found]),
        subjects=found,
        seconds=draw(numbers),
    )


def crowded_report(count: int) -> Report:
    """A report in which every finding stands on a line of its own and has a remedy of its own."""
    found = [
        Finding(
            rule=f"rule-{number % 7}",
            status=("fail", "warn", "info")[number % 3],
            layer=f"block_{number}",
            source=Source(file="resnet.py", line=number + 1, code=f"x = Dense({number})(x)"),
            message=f"the units of layer {number} are dead",
            measured=0.9,
            limit=0.5,
            remedy=Remedy(name=f"repair layer {number}", code=f"Dense({number})"),
        )
        for number in range(count)
    ]
    outcomes = [
        RuleOutcome(rule=f"rule-{number}", family="activations", status="fail") for number in range(7)
    ]
    subject = Subject(
        name="resnet", target="resnet.py", verdict="unhealthy", summary="dead", rules=outcomes, findings=found
    )
    return Report(
        versions={}, device="CPU", command="healthcheck resnet.py", settings={}, verdict="unhealthy",
        subjects=[subject], seconds=1.0,
    )  # fmt: skip
