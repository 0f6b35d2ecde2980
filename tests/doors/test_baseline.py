"""The baseline: what is known does not fail, what is new or worse does."""

import json
import math
from pathlib import Path

import pytest

from healthcheck.baseline import Baseline, name_from, read_baseline
from healthcheck.errors import HealthcheckError
from healthcheck.matching import Entry, is_worse, matched
from healthcheck.report import Finding, Remedy, RuleOutcome, Source, Subject, not_checked

HERE = Path()


def finding(layer="dense", **update) -> Finding:
    given = {
        "rule": "dead-units",
        "status": "fail",
        "cause": True,
        "layer": layer,
        "source": Source(file="train.py", line=3),
        "message": f"the units of '{layer}' are dead",
        "measured": 0.8,
        "limit": 0.5,
    }
    return Finding(**(given | update))


def subject(*findings: Finding, target="train.py", name="sequential", **update) -> Subject:
    statuses = [one.status for one in findings if one.rule == "dead-units"]
    gravest = next((status for status in ("fail", "warn", "info") if status in statuses), "pass")
    others = [one for one in findings if one.rule != "dead-units"]
    rules = [RuleOutcome(rule="dead-units", family="activations", status=gravest, reason="dead")]
    rules += [RuleOutcome(rule=one.rule, family="learning", status=one.status) for one in others]
    given = {
        "name": name,
        "target": target,
        "verdict": "unhealthy" if "fail" in {one.status for one in findings} else "healthy",
        "summary": "dead units: the units are dead",
        "rules": rules,
        "findings": list(findings),
    }
    return Subject(**(given | update))


def baseline_of(*subjects: Subject) -> Baseline:
    return Baseline(HERE, Baseline(HERE).renewed(subjects).entries)


def judged(before: Subject, after: Subject, fail_on="fail") -> Subject:
    (result,) = baseline_of(before).judged([after], fail_on)
    return result


def test_what_is_known_is_information_and_stays_visible():
    result = judged(subject(finding()), subject(finding()))
    (known,) = result.findings
    assert (known.status, known.known, known.cause) == ("info", True, False)
    assert known.message == "the units of 'dense' are dead (known: in the baseline)"
    assert (result.verdict, result.rules[0].status) == ("healthy", "info")
    assert result.rules[0].reason == known.message
    assert result.summary == "nothing new: 1 finding is in the baseline"


def test_a_moved_line_and_another_message_change_nothing():
    moved = finding(source=Source(file="train.py", line=99), message="other words")
    assert judged(subject(finding()), subject(moved)).verdict == "healthy"


@pytest.mark.parametrize(
    "other",
    [
        subject(finding(layer="dense_1")),
        subject(finding(layer=None)),
        subject(finding(rule="saturated-activations")),
        subject(finding(), name="sequential #2"),
        subject(finding(), target="other.py"),
    ],
)
def test_another_rule_layer_model_or_target_is_new_and_fails(other):
    assert judged(subject(finding()), other).model_copy(update={"notes": []}) == other


def test_what_is_new_becomes_the_cause_when_the_cause_was_known():
    remedy = Remedy(name="repair", code="x")
    new = [
        finding(layer=f"new_{number}", cause=False, rule="input-ignored", remedy=remedy) for number in (1, 2)
    ]
    result = judged(subject(finding()), subject(finding(), *new))
    assert result.verdict == "unhealthy"
    assert [(one.layer, one.cause) for one in result.findings] == [
        ("new_1", True), ("new_2", True), ("dense", False)
    ]  # fmt: skip
    assert result.summary == "input ignored: the units of 'new_1' are dead"


def test_a_second_finding_of_the_same_rule_and_layer_is_new_and_it_is_the_gravest():
    two = subject(finding(measured=0.9), finding(measured=0.7))
    result = judged(subject(finding(measured=0.7)), two)
    assert [(one.measured, one.known) for one in result.findings] == [(0.9, False), (0.7, True)]


@pytest.mark.parametrize(
    ("before", "after", "limit", "worse"),
    [
        (0.8, 0.88, 0.5, False),
        (0.8, 0.889, 0.5, True),
        (0.8, 0.6, 0.5, False),
        (0.02, 0.01, 0.1, False),
        (0.09, 0.07, 0.1, True),
        (0.0, -0.004, 0.05, False),
        (0.0, -0.006, 0.05, True),
        (50.0, 56.0, 1.0, True),
        (0.8, math.nan, 0.5, True),
        (0.8, math.inf, 0.5, True),
        (math.nan, math.nan, 0.5, False),
        (math.inf, math.nan, 0.5, False),
        (math.nan, 0.8, 0.5, False),
        (0.8, 0.9, None, False),
        (0.8, None, 0.5, False),
        (None, 0.8, 0.5, False),
        (0.5, 0.6, 0.5, True),
        (0.5, 0.52, 0.5, False),
        (1.7e308, -1.7e308, 0.0, False),
        (-1.7e308, 1.7e308, 2.0, False),
    ],
)
def test_worse_is_away_from_the_limit_by_more_than_a_tenth(before, after, limit, worse):
    old, new = finding(measured=before, limit=limit), finding(measured=after, limit=limit)
    assert is_worse(old, new) is worse
    if math.inf not in (before, after):
        assert judged(subject(old), subject(new)).verdict == ("unhealthy" if worse else "healthy")


def test_a_warning_that_fails_now_is_worse_and_a_failure_that_warns_is_not():
    assert is_worse(finding(status="warn"), finding())
    assert not is_worse(finding(), finding(status="warn"))


def test_what_is_worse_says_what_it_was():
    result = judged(subject(finding()), subject(finding(measured=0.95)))
    (worse,) = result.findings
    assert (worse.status, worse.known, worse.cause) == ("fail", False, True)
    assert worse.message.endswith("are dead (worse than the baseline's 0.8)")
    assert result.summary.endswith("(worse than the baseline's 0.8)")


def test_a_known_warning_does_not_fail_where_warnings_fail():
    warned = subject(finding(status="warn"), verdict="unhealthy")
    assert judged(warned, warned, fail_on="warn").verdict == "healthy"


def test_what_could_not_be_checked_is_not_made_healthy():
    unusable = subject(finding(), verdict="not_checked")
    assert judged(subject(finding()), unusable).verdict == "not_checked"
    crashed = not_checked("train.py", "it crashed")
    assert judged(subject(finding()), crashed) == crashed


def test_a_repaired_finding_is_named_as_stale():
    result = judged(subject(finding(), finding(layer=None)), subject())
    assert result.notes == [
        "the baseline has what is no longer found: dead-units, dead-units at 'dense'; write it anew"
    ]


def test_a_model_that_is_gone_makes_its_entries_stale():
    result = judged(subject(finding(), name="old"), subject(name="new"))
    assert result.notes == ["the baseline has what is no longer found: dead-units at 'dense'; write it anew"]


@pytest.mark.parametrize(
    "undecided",
    [
        subject(rules=[]),
        subject(rules=[RuleOutcome(rule="dead-units", family="activations", status="inconclusive")]),
        subject(verdict="not_checked"),
        subject(target="other.py"),
        not_checked("train.py", "it crashed"),
    ],
)
def test_what_was_not_looked_for_is_not_stale_and_stays_when_the_baseline_is_renewed(undecided):
    known = baseline_of(subject(finding()))
    assert known.judged([undecided], "fail")[0].notes == []
    assert list(known.renewed([undecided]).entries) == list(known.entries)


def test_only_what_fails_or_warns_is_recorded():
    statuses = [one.status for one in baseline_of(
        subject(finding(), finding("a", status="warn"), finding("b", status="info")),
        not_checked("x.py", "it crashed"),
    ).entries]  # fmt: skip
    assert sorted(statuses) == ["fail", "warn"]


def test_entries_of_equal_keys_are_paired_by_their_distance_from_the_limit():
    entry = Entry(rule="r", target="t", subject="s", status="fail", measured=0.7, limit=0.5)
    far = entry.model_copy(update={"measured": 0.9})
    assert matched([far, entry], [entry, far]) == ({0: entry, 1: far}, [])
    assert matched([far, entry], [far]) == ({0: entry}, [far])


@pytest.mark.parametrize(
    ("target", "folder", "name"),
    [
        ("train.py", "", "train.py"),
        ("./a/../train.py", "", "train.py"),
        (f"{Path.cwd()}/train.py", "", "train.py"),
        ("models/train.py::build", "models", "train.py::build"),
        ("train.py", "ci", "../train.py"),
        ("package.models:build", "ci", "package.models:build"),
    ],
)
def test_a_target_has_one_name_however_it_is_spelled(target, folder, name):
    assert name_from(target, Path(folder)) == name


def test_a_baseline_that_moves_to_another_folder_keeps_its_targets():
    known = baseline_of(subject(finding()), subject(finding(), target="package.models:build"))
    moved = known.moved(Path("ci"))
    assert {entry.target for entry in moved.entries} == {"../train.py", "package.models:build"}
    assert moved.judged([subject(finding())], "fail")[0].verdict == "healthy"


def test_the_file_is_strict_json_in_a_stable_order_and_is_read_back(tmp_path):
    path = tmp_path / "known.json"
    known = [subject(finding("b", measured=math.nan), finding("a")), subject(finding(), target="a.py")]
    path.write_text(Baseline(tmp_path).renewed(known).model_dump_json())
    entries = json.loads(path.read_text(), parse_constant=pytest.fail)["entries"]
    assert [entry["layer"] for entry in entries] == ["dense", "a", "b"]
    assert entries[2]["measured"] == "nan"
    again = read_baseline(path)
    assert again.judged([known[0]], "fail")[0].verdict == "healthy"


@pytest.mark.parametrize(
    "content", ["", "[]", '{"schema_version": "2.0"}', '{"schema_version": "1.0", "x": 1}']
)
def test_a_file_that_is_no_baseline_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "known.json"
    path.write_text(content)
    with pytest.raises(
        HealthcheckError, match=r"the baseline '.*known.json' (is not a|has schema)"
    ) as caught:
        read_baseline(path)
    assert "\n" not in str(caught.value)
