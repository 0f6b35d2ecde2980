"""Cutting a text, counting lines of a diff, reading an expression: what a whole run shows too coarsely."""

import pytest
from expressions import value


@pytest.fixture
def fitted():
    from github_action.text import CUT, fitted

    return lambda text, limit: fitted(text, limit + len(CUT), len).removesuffix(CUT)


def test_a_text_that_fits_is_left_alone(fitted):
    assert fitted("## a\n\nb\n", 8) == "## a\n\nb\n"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("## a\n\nb\n\n### c\n\nd\n\ne" + "x" * 200, "## a\n\nb"),
        ("## a\n\nb\n\n" + "x" * 200, "## a\n\nb"),
        ("## a\n\n```\nb\n\n## no heading\n" + "x" * 200, "## a"),
        ("## a\n\n<details>\n\n## no heading\n\n" + "x" * 200, "## a"),
        ("x" * 200, "x" * 30),
    ],
    ids=["before a heading", "between blocks", "not within code", "not within details", "anywhere"],
)
def test_a_long_text_is_cut_where_nothing_is_torn(fitted, text, kept):
    assert fitted(text, 30) == kept


@pytest.mark.parametrize("limit", [200, 1000, 5000, 65_536])
def test_whatever_is_cut_stays_within_its_limit(limit):
    from github_action.text import bytes_of, characters_of, fitted

    for text in ("𝄞" * 70_000, "## é\n\n" + "layer\n\n" * 20_000, "```\n" * 30_000):
        for size in (bytes_of, characters_of):
            assert size(fitted(text, limit, size)) <= limit


def test_lines_of_a_diff_are_those_of_the_new_file():
    from github_action.diff import shown_lines

    patch = "@@ -1,3 +1,4 @@ import keras\n a\n-b\n+c\n+d\n e\n@@ -40 +41 @@\n-f\n+g\n\\ No newline at end of file"
    assert list(shown_lines(patch)) == [1, 2, 3, 4, 41]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("always() && inputs.a == 'true'", True),
        ("${{ !cancelled() && (inputs.b != '' || inputs.a == 'TRUE') }}", True),
        ("steps.none.outputs.x != ''", False),
        ("steps.none.outputs.x || 'it''s'", "it's"),
        ("failure() || inputs.b", ""),
    ],
)
def test_the_harness_evaluates_expressions_as_github_does(expression, expected):
    functions = {"always": True, "cancelled": False, "failure": False}
    context = {"functions": functions, "inputs": {"a": "true", "b": ""}, "steps": {}}
    assert value(expression, context) == expected


@pytest.mark.parametrize("expression", ["inputs.a ==", "a + b", "unknown.a", "contains(inputs.a, 'x')"])
def test_the_harness_refuses_what_it_does_not_know(expression):
    with pytest.raises((AssertionError, KeyError, IndexError)):
        value(expression, {"functions": {}, "inputs": {"a": "x"}})
