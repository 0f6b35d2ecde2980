"""The bookkeeping of the diagnosis benchmark, on made-up outcomes."""

import math

import pytest

from verdicts.cases import Script
from verdicts.command import Outcome, Seen
from verdicts.rates import sentence, with_rate
from verdicts.results import summed
from verdicts.table import BEGIN, END, with_table
from verdicts.tally import Share, agreement, judged, shares, shares_by_rule, wrong_verdicts

ILL = Script(
    "moons--linear", "", expected=("missing-nonlinearity",), lines=frozenset({7, 8}), original="moons"
)
HEALTHY = Script("moons", "# warns: training-too-short, overfitting\n")


def finding(rule="missing-nonlinearity", status="fail", line=7, cause=True):
    return Seen(rule, status, cause, line, "")


def outcome(*findings, script="moons", seed=0, verdict=None, seconds=1.0):
    failed = any(one.status == "fail" for one in findings)
    return Outcome(script, seed, verdict or ("unhealthy" if failed else "healthy"), findings, seconds)


def test_an_ill_script_is_detected_by_a_failure_with_cause_and_line():
    run = judged(ILL, outcome(finding()), hurts=True)
    assert (run.detected, run.cause, run.line, run.wrong) == (True, True, True, ())


def test_a_warning_detects_only_when_its_rule_names_the_fault():
    assert judged(ILL, outcome(finding(status="warn")), hurts=True).detected
    assert not judged(ILL, outcome(finding("dead-units", "warn")), hurts=True).detected


def test_the_cause_comes_before_what_else_failed():
    run = judged(ILL, outcome(finding("dead-units", line=1, cause=False), finding()), hurts=True)
    assert run.cause
    assert run.line
    run = judged(ILL, outcome(finding("dead-units", line=1), finding(cause=False)), hurts=True)
    assert run.wrong == ("other cause first", "other line")


def test_an_ill_script_found_healthy_is_missed():
    assert judged(ILL, outcome(), hurts=True).wrong == ("missed", "other cause first", "other line")


def test_a_mutant_that_does_not_hurt_is_healthy_and_may_be_warned_of_the_change():
    assert judged(ILL, outcome(finding(status="warn")), hurts=False).wrong == ()
    assert judged(ILL, outcome(finding()), hurts=False).wrong == ("false fail: missing-nonlinearity",)


def test_a_healthy_script_may_state_its_true_warnings():
    run = judged(HEALTHY, outcome(finding("overfitting", "warn"), finding("dead-units", "warn")), hurts=False)
    assert run.wrong == ("false warning: dead-units",)


def test_a_healthy_script_that_could_not_be_checked_is_a_false_failure():
    run = judged(HEALTHY, outcome(finding("not-checkable", "error"), verdict="not_checked"), hurts=False)
    assert run.wrong == ("false fail: not-checkable",)
    assert judged(HEALTHY, outcome(verdict="not_checked"), hurts=False).wrong == run.wrong


def test_shares_count_ill_and_healthy_runs_apart():
    runs = [
        judged(ILL, outcome(finding(line=99)), hurts=True),
        judged(ILL, outcome(), hurts=True),
        judged(HEALTHY, outcome(finding("dead-units")), hurts=False),
        judged(HEALTHY, outcome(finding("initial-loss", "warn")), hurts=False),
        judged(HEALTHY, outcome(), hurts=False),
    ]
    assert shares(runs) == {
        "detected": Share(1, 2),
        "right cause first": Share(1, 2),
        "right line": Share(0, 2),
        "false fail": Share(1, 3),
        "false warning": Share(1, 3),
    }
    by_rule = shares_by_rule(runs)
    assert list(by_rule) == ["dead-units", "initial-loss", "missing-nonlinearity"]
    assert by_rule["dead-units"]["false fail"] == Share(1, 3)
    assert by_rule["dead-units"]["detected"] == Share(0, 0)
    assert by_rule["missing-nonlinearity"]["detected"] == Share(1, 2)


def test_agreement_is_over_scripts_with_several_seeds():
    seeds = [outcome(seed=0), outcome(seed=1), outcome(finding(), seed=2), outcome(script="alone")]
    assert agreement(seeds) == Share(2, 3)


@pytest.mark.parametrize("share", [Share(0, 10), Share(3, 10), Share(10, 10)])
def test_wilsons_interval_ends_where_the_score_test_turns(share):
    low, high = share.interval
    for end in (end for end in (low, high) if 1e-9 < end < 1 - 1e-9):
        error = math.sqrt(end * (1 - end) / share.of)
        assert abs(share.hits / share.of - end) / error == pytest.approx(1.959964)
    assert low - 1e-9 <= share.hits / share.of <= high + 1e-9


def test_of_nothing_tried_nothing_is_known():
    assert Share(0, 0).interval == (0.0, 1.0)


def test_the_reason_of_a_wrong_verdict_is_kept_from_run_to_run():
    runs = [judged(HEALTHY, outcome(finding("dead-units"), seed=3), hurts=False)]
    (listed,) = wrong_verdicts(runs, {"moons seed 3: false fail: dead-units": "a wide layer"})
    assert listed["reason"] == "a wide layer"
    assert listed["first"] == "dead-units (fail) on line 7"
    assert wrong_verdicts(runs, {})[0]["reason"] == ""


RULE = '''class Dead(Rule):
    """Dead.

    The limits are our own.{}
    """

    limit = 1
    """A limit."""
'''


def test_the_rate_of_a_rule_is_the_last_sentence_of_its_docstring_and_replaces_an_older_one():
    runs = [
        judged(HEALTHY, outcome(finding("dead-units", "warn"), seed=seed), hurts=False) for seed in (1, 2)
    ]
    zoo = summed([*runs, judged(HEALTHY, outcome(seed=3), hurts=False)], {}, None)["zoo"]
    text = sentence("dead-units", zoo)
    assert text == ("of 3 runs of healthy scripts it failed 0 and warned of 2 (95 % interval: up to 93.9%).")
    assert sentence("initial-loss", zoo) == (
        "of 3 runs of healthy scripts it alarmed on none (95 % interval: up to 56.1%)."
    )
    stated = RULE.format(f"\n\n    Measured: {text}")
    assert with_rate(RULE.format(""), text) == stated
    assert with_rate(stated, text) == stated
    with pytest.raises(ValueError, match="docstring"):
        with_rate("limit = 1\n", text)


def test_what_was_planted_does_not_count_for_the_zoo():
    harmless = judged(ILL, outcome(finding(), script="moons--linear"), hurts=False)
    zoo = summed([harmless, judged(HEALTHY, outcome(), hurts=False)], {}, None)["zoo"]
    assert (zoo["runs"], zoo["false fail"]["hits"], zoo["rules"]) == (1, 0, {})


def test_the_table_replaces_what_was_between_its_marks():
    runs = [judged(ILL, outcome(finding(), seconds=9.0), hurts=True), judged(HEALTHY, outcome(), hurts=False)]
    results = summed(runs, {}, 5.0)
    text = with_table(f"before\n{BEGIN}\nold\n{END}\nafter\n", results)
    assert "old" not in text
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "| detected | 1 of 1 (100.0%) | 20.7% to 100.0% |" in text
    assert with_table(text, results) == text
    with pytest.raises(ValueError, match="diagnosis"):
        with_table("no marks", results)
