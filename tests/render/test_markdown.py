"""Markdown for a comment: the letter first, bounded, and foreign text stays text."""

import math

import pytest
from generated import crowded_report, reports
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt
from reports import REPORTS, report, sick_subject

from healthcheck.render.gfm import block, code, text
from healthcheck.render.markdown import MAX_BYTES, render_markdown
from healthcheck.render.sparkline import sparkline
from healthcheck.report import Remedy

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def inline(markdown: str):
    tokens = PARSER.parse(markdown)
    return tokens + [child for token in tokens for child in token.children or []]


def test_the_first_five_lines_are_verdict_cause_line_remedy_and_proof():
    lines = render_markdown(REPORTS["sick"]).splitlines()[:5]
    assert lines[0].startswith("## Unhealthy: `examples/circles_sigmoid.py")
    assert lines[1].startswith("- **Cause:** `vanishing-gradients`: the gradient reaching layer")
    assert lines[2].startswith("- **Where:** `examples/circles_sigmoid.py:12`: `model.add(layers.Dense(5")
    assert lines[3].startswith("- **Remedy:** use ReLU with He initialization: `keras.layers.Dense(5, ")
    proof = "0.693 → 0.0412 (skill 0.00 → 0.94), better on 3 of 3 seeds; skill gained: 0.94, 95% interval 0.91 to 0.97"
    assert lines[4].endswith(proof)


def test_what_was_not_checked_says_why_and_where():
    lines = render_markdown(REPORTS["not_checked"]).splitlines()
    assert lines[0] == "## Not checked: `train.py`"
    assert lines[1].startswith("- **Cause:** `not-checkable`: the script raised FileNotFoundError")
    assert lines[2].startswith("- **Where:** `train.py:8`")


def test_a_remedy_of_several_lines_is_a_block_of_code():
    subject = sick_subject()
    long = subject.findings[2].model_copy(
        update={"remedy": Remedy(name="use two lines", code="a = 1\nb = 2")}
    )
    lines = render_markdown(report("unhealthy", subject.model_copy(update={"findings": [long]}))).splitlines()
    assert lines[3] == "- **Remedy:** use two lines: in code below"
    start = lines.index("```python")
    assert lines[start - 2 : start + 4] == ["Use two lines.", "", "```python", "a = 1", "b = 2", "```"]


def test_the_model_that_decides_the_verdict_comes_first():
    assert render_markdown(REPORTS["several"]).startswith(
        "## Not checked: `train.py` (3 models: 1 unhealthy, 1 not checked, 1 healthy)\n"
    )


def test_a_report_without_models_says_so():
    assert render_markdown(REPORTS["nothing"]).startswith("## Not checked: no model was found\n")


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(reports())
def test_nothing_of_the_checked_program_becomes_html_a_link_an_image_or_a_mention(report):
    tokens = inline(render_markdown(report))
    kinds = {token.type for token in tokens}
    assert not kinds & {"html_block", "html_inline", "link_open", "image", "s_open", "hr", "blockquote_open"}
    plain = " ".join(token.content for token in tokens if token.type == "text")
    for begin in ("@", "#", "$"):
        parts = plain.split(begin)[1:]
        assert begin == "$" or not any(part[:1].isalnum() for part in parts)


@pytest.mark.parametrize(
    ("foreign", "written"),
    [
        ("a|b", "a&#124;b"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("@all #7", "@&#8203;all \\#&#8203;7"),
        ("GH-7", "GH&#8203;-7"),
        ("[x](https://y)", "\\[x\\](https\\://y)"),
        ("two\n  lines", "two lines"),
        ("www.x.test", "www\\.x.test"),
    ],
)
def test_a_text_keeps_its_letters_and_loses_its_meaning(foreign, written):
    assert text(foreign) == written


@pytest.mark.parametrize("foreign", ["x", "a`b", "``", "`a", "a```b", "\\", "end\\"])
def test_code_with_backticks_is_one_piece_of_code(foreign):
    (paragraph,) = [token for token in PARSER.parse(code(foreign)) if token.type == "inline"]
    (piece,) = paragraph.children
    assert (piece.type, piece.content) == ("code_inline", foreign)


def test_a_bar_in_code_does_not_split_the_cell_of_a_table():
    assert "|" not in code("a \\| b")


def test_a_block_of_code_cannot_be_ended_by_its_content():
    (token,) = PARSER.parse(block("```\n# title\n````", "python"))
    assert (token.type, token.content) == ("fence", "```\n# title\n````\n")


def test_five_thousand_findings_are_cut_at_fifty_and_counted():
    markdown = render_markdown(crowded_report(5000))
    assert len(markdown.encode()) <= MAX_BYTES
    assert "\n... and 4,950 more\n" in markdown
    assert "### Rules" in markdown


def test_what_does_not_fit_is_left_out_by_whole_sections_and_named():
    report = REPORTS["sick"]
    whole = render_markdown(report)
    for limit in range(1500, len(whole.encode()), 200):
        cut = render_markdown(report, limit)
        assert len(cut.encode()) <= limit
        kept, _, last = cut.rstrip("\n").rpartition("\n\n")
        assert whole.startswith(kept + "\n\n### ")
        assert last.startswith(f"Left out to stay within {limit:,} bytes: ")
        missing = whole[len(kept) :].count("\n### ")
        named = last.partition("bytes: ")[2].count("; ") + 1
        assert named == min(4, missing)


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([], ""),
        ([1.0], "▁"),
        ([0.0, 1.0], "▁█"),
        ([3.0, 3.0], "▁▁"),
        ([0.0, math.nan, 1.0, math.inf], "▁·█·"),
        ([-1e308, 0.0, 1e308], "▁▅█"),
        ([math.nan], "·"),
    ],
)
def test_a_sparkline_has_a_bar_for_each_value(values, drawn):
    assert sparkline(values) == drawn


def test_a_long_curve_keeps_its_first_and_last_value():
    drawn = sparkline([float(number) for number in range(1000)])
    assert (len(drawn), drawn[0], drawn[-1]) == (32, "▁", "█")
