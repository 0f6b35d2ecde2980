import io
from pathlib import Path

import pytest
from reports import REPORTS, report, rules, sick_subject
from rich.cells import cell_len
from rich.console import Console

from healthcheck.render.terminal import print_every_rule, print_report, print_summary_line
from healthcheck.report import Report

GOLDEN = Path(__file__).parent / "golden"


def text_of(whole: Report, *prints, encoding: str = "utf-8", **options) -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
    console = Console(file=stream, width=80, **options)
    for print_part in prints or (print_report, print_every_rule, print_summary_line):
        print_part(whole, console)
    stream.flush()
    text = stream.buffer.getvalue().decode(encoding)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


@pytest.mark.parametrize("name", ["sick", "healthy", "not_checked"])
def test_the_whole_text_is_as_agreed(name):
    assert text_of(REPORTS[name]) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", REPORTS)
def test_no_line_is_wider_than_the_terminal(name):
    assert max(map(cell_len, text_of(REPORTS[name]).splitlines())) <= 80


def test_control_characters_and_reading_direction_of_names_never_reach_the_terminal():
    text = text_of(REPORTS["hostile"])
    assert all(character == "\n" or character.isprintable() for character in text)
    assert "[31m" not in text


def test_brackets_in_names_are_text_and_not_markup():
    assert "[bold]b[/bold]" in text_of(REPORTS["hostile"])


def test_a_pipe_gets_no_colors_and_a_terminal_does():
    assert "\x1b" not in text_of(REPORTS["sick"])
    assert "\x1b[" in text_of(REPORTS["sick"], force_terminal=True, color_system="standard")


def test_a_stream_that_cannot_write_a_character_gets_a_question_mark():
    assert "{{ 7 * 7 }} ?" in text_of(REPORTS["hostile"], encoding="ascii")


def test_one_rule_that_says_the_same_of_many_layers_is_one_short_block():
    text = text_of(REPORTS["deep"], print_report)
    assert text.count("FAIL vanishing-gradients") == 1
    assert text.count("tried:") == 1
    assert "'block_0/conv_2', and 7 more: the gradient is 1e-9" in " ".join(text.replace("|", "").split())
    assert len(text.splitlines()) < 60


def test_the_cause_is_printed_first_and_what_it_explains_after_everything_else_that_counts():
    text = text_of(REPORTS["sick"], print_report)
    words = [
        "FAIL vanishing-gradients  (cause)",
        "WARN training",
        "FAIL loss-not-decreasing  (explained by vanishing-gradients)",
        "INFO gradient-noise",
    ]
    assert [text.index(word) for word in words] == sorted(text.index(word) for word in words)


def test_several_subjects_end_with_a_line_that_counts_them():
    last = text_of(REPORTS["several"], print_report).splitlines()[-1]
    assert last == "NOT CHECKED  3 models: 1 unhealthy, 1 not checked, 1 healthy"


def test_the_gravest_verdict_is_printed_first():
    several = REPORTS["several"]
    text = text_of(several.model_copy(update={"subjects": several.subjects[::-1]}), print_report)
    words = ["UNHEALTHY\n", "NOT CHECKED\n", " HEALTHY\n"]
    assert [text.index(word) for word in words] == sorted(text.index(word) for word in words)


def test_rules_that_are_inconclusive_for_one_reason_are_named_together():
    undecided = sick_subject().model_copy(update={"rules": rules(a="inconclusive", b="inconclusive")})
    text = text_of(report("unhealthy", undecided), print_report)
    assert text.count("inconclusive: a, b: the budget of 60 s ran out") == 1


def test_a_summary_that_only_repeats_the_cause_is_left_out():
    text = text_of(REPORTS["not_checked"], print_report)
    assert text.count("FileNotFoundError") == 1


def test_the_summary_is_one_line():
    assert text_of(REPORTS["sick"], print_summary_line).count("\n") == 1
    assert text_of(REPORTS["several"], print_summary_line).count("\n") == 1


def test_a_report_without_subjects_says_that_nothing_was_found():
    assert text_of(REPORTS["nothing"], print_report) == "NOT CHECKED  no model was found\n"
