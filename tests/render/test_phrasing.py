import math

import pytest
from reports import experiment, rules, sick_subject

from healthcheck.render.blocks import finding_blocks
from healthcheck.render.phrasing import cleaned, number, one_line, rule_counts, sentence, shortened, trial
from healthcheck.report import Finding


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.69314, "0.693"),
        (12.345, "12.3"),
        (99.96, "100"),
        (2500, "2,500"),
        (999999.7, "1,000,000"),
        (1234567, "1.23e6"),
        (0.00031, "0.00031"),
        (0.000031, "3.1e-5"),
        (-0.5, "-0.5"),
        (math.nan, "NaN"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
    ],
)
def test_numbers_have_three_significant_digits(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://x\x1b\\link\x1b]0;title\x07", "link"),
        ("a\x00\x07\x9b\u202eb\u200f\ud800", "ab"),
        ("a\u2028b\u00a0c", "a b c"),
        ("two\r\nlines\tand a tab", "two\nlines   and a tab"),
        ("日本語 é", "日本語 é"),
    ],
)
def test_cleaning_takes_out_what_steers_a_terminal_and_nothing_else(dirty, clean):
    assert cleaned(dirty) == clean


def test_one_line_is_one_line():
    assert one_line(" a\n\n b ") == "a b"


def test_a_long_name_keeps_its_beginning_and_its_end():
    name = shortened("first/" + "x" * 100 + "/last")
    assert len(name) <= 60
    assert (name[:6], name[-5:]) == ("first/", "/last")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("use ReLU", "Use ReLU."),
        ("a batch", "A batch."),
        ("overfitting: it rises", "Overfitting: it rises."),
        ("x is constant", "x is constant."),
        ("dense_1 is dead.", "dense_1 is dead."),
        ("", "."),
    ],
)
def test_a_sentence_begins_large_unless_it_begins_with_a_name(text, expected):
    assert sentence(text) == expected


@pytest.mark.parametrize("skill", [-1833467.7, float("-inf")])
def test_how_far_a_skill_lies_below_any_use_is_not_told(skill):
    assert "(skill below -1 -> 0.94)" in trial(experiment().model_copy(update={"skill_before": skill}), "->")


def test_a_skill_that_rounds_to_zero_has_no_sign():
    assert "(skill 0.00 -> 0.94)" in trial(experiment().model_copy(update={"skill_before": -0.001}), "->")


def test_rules_that_were_not_judged_are_not_counted_as_passed():
    outcomes = rules(a="pass", b="not_applicable", c="inconclusive", d="error")
    assert rule_counts(outcomes) == "4 rules: 1 in error, 1 passed, 1 not applicable, 1 inconclusive"


def test_findings_of_one_rule_with_one_status_are_one_block_the_cause_first_and_what_it_explains_later():
    blocks = finding_blocks(sick_subject().findings)
    assert [(block.rule, len(block.places), len(block.treatments)) for block in blocks] == [
        ("vanishing-gradients", 3, 1),
        ("training-too-short", 1, 1),
        ("loss-not-decreasing", 1, 0),
        ("gradient-noise", 1, 0),
    ]


def test_what_is_said_of_several_layers_alike_is_said_once():
    findings = [
        Finding(rule="r", status="warn", layer=layer, message="m", measured=math.nan) for layer in "ab"
    ]
    (place,) = finding_blocks(findings)[0].places
    assert [statement.layers for statement in place.statements] == [["a", "b"]]
