import base64
import hashlib
import re
import time
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from reports import REPORTS, deep_subject, healthy_subject, report, sick_subject

import healthcheck.render
from healthcheck.render.html import MAX_ILLUSTRATED, render_html
from healthcheck.report import Report

VOID = {"meta", "br", "hr", "img", "link", "input"}
CSS = (Path(healthcheck.render.__file__).parent / "templates/style.css").read_text(encoding="utf-8")


class Page(HTMLParser):
    """Reads a page, and insists that every element is closed where it should be."""

    def __init__(self, source: str):
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), f"an attribute of {tag} is given twice"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@cache
def html_of(name: str) -> str:
    return render_html(REPORTS[name])


@pytest.fixture(params=REPORTS)
def source(request) -> str:
    return html_of(request.param)


def test_every_element_is_closed_and_every_identifier_is_unique(source):
    identifiers = [attributes["id"] for _, attributes in Page(source).elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))


def test_a_page_needs_nothing_from_outside(source):
    page = Page(source)
    assert not re.search(
        r"(?:https?:)?//[a-z]", " ".join(f"{tag} {attributes}" for tag, attributes in page.elements)
    )
    assert not re.search(r"url\(|@import|fetch\(|XMLHttp|import\(", source)
    assert not {"link", "iframe", "object", "img", "base", "form"} & {tag for tag, _ in page.elements}


def test_the_policy_of_a_page_allows_its_own_style_and_script_and_nothing_else(source):
    page = Page(source)
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv"))
    style, script = (
        hashlib.sha256(re.findall(rf"<{tag}>(.*?)</{tag}>", source, re.DOTALL)[0].encode()).digest()
        for tag in ("style", "script")
    )
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{base64.b64encode(style).decode()}'; "
        f"script-src 'sha256-{base64.b64encode(script).decode()}'; base-uri 'none'; form-action 'none'"
    )
    assert len(page.all("style")) == len(page.all("script")) == 1
    assert not any("style" in attributes for _, attributes in page.elements)
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)


def test_headings_descend_one_level_at_a_time(source):
    levels = [int(tag[1]) for tag, _ in Page(source).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


def test_every_header_cell_has_a_scope_and_every_picture_a_text(source):
    page = Page(source)
    assert all(cell.get("scope") in {"row", "col"} for cell in page.all("th"))
    assert all(
        picture.get("aria-hidden") == "true" or (picture["role"] == "img" and picture["aria-label"])
        for picture in page.all("svg")
    )


def test_every_link_leads_to_a_place_on_the_page(source):
    page = Page(source)
    places = {f"#{attributes['id']}" for _, attributes in page.elements if "id" in attributes}
    assert {link["href"] for link in page.all("a")} <= places


def test_every_page_stays_under_five_megabytes(source):
    assert len(source.encode()) < 5_000_000


def test_a_model_of_five_hundred_layers_is_rendered_in_five_seconds():
    started = time.process_time()
    render_html(REPORTS["deep"])
    assert time.process_time() - started < 5


@pytest.mark.parametrize("name", ["sick", "broken", "pictured"])
def test_equal_reports_give_equal_bytes(name):
    again = Report.model_validate_json(REPORTS[name].to_json())
    assert render_html(again) == html_of(name)


def test_names_of_the_target_are_data():
    source = html_of("hostile")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in source
    assert "{{ 7 * 7 }}" in Page(source).text
    assert "$x_$" in Page(source).text
    assert all(character == "\n" or character.isprintable() for character in source)


def test_the_verdict_comes_first_then_the_cause_with_its_line_remedy_and_proof():
    text = Page(html_of("sick")).text
    order = [
        "unhealthy sequential",
        "The model does not learn, because the gradient vanishes",
        "The cause",
        "fail vanishing-gradients",
        "examples/circles_sigmoid.py:12",
        'model.add(layers.Dense(5, activation="sigmoid"))',
        "Use ReLU with He initialization.",
        "Tried: loss after 2,500 steps 0.693 → 0.0412",
        "better on 3 of 3 seeds",
        "Other findings",
        "Learning curves",
        "Layers during training",
        "Data",
        "Every rule",
        "Notes",
        "How to reproduce",
        "healthcheck --seed 0 --seeds 3 examples/circles_sigmoid.py",
    ]
    body = text[text.index("Can this model learn?") :]
    positions = [body.find(words) for words in order]
    assert -1 not in positions
    assert positions == sorted(positions)


def test_the_same_remedy_for_several_layers_is_given_once():
    assert Page(html_of("sick")).text.count('kernel_initializer="he_uniform"') == 1
    assert html_of("deep").count("<h5>What to do</h5>") == 1


def test_what_was_not_judged_does_not_look_like_a_pass():
    source = html_of("healthy")
    assert '<span class="chip not_applicable">not applicable</span>' in source
    assert source.count('class="chip pass"') == 2
    assert '<span class="chip inconclusive">inconclusive</span>' in html_of("sick")


def test_what_was_not_checked_says_why_and_where_and_is_nowhere_green():
    source = html_of("not_checked")
    text = Page(source).text
    assert "Not checked: the script raised FileNotFoundError" in text
    assert "What happened error not-checkable train.py:8 8 frame = pandas.read_csv" in text
    assert not re.search(r'class="[^"]*\b(healthy|pass|helped)\b', source)


def test_several_subjects_begin_with_a_table_that_links_to_each():
    page = Page(html_of("several"))
    assert [link["href"] for link in page.all("a")] == ["#subject-0", "#subject-1", "#subject-2"]
    assert "3 models: 1 unhealthy, 1 not checked, 1 healthy." in page.text


def test_the_plots_of_many_subjects_are_bounded_and_the_sick_ones_keep_theirs():
    many = report("unhealthy", *[healthy_subject()] * MAX_ILLUSTRATED, sick_subject())
    page = Page(render_html(many))
    assert page.text.count("plots and the layers of this model were left out") == 1
    assert "Gradient norm" in page.text


def test_many_large_models_stay_under_five_megabytes():
    source = render_html(report("unhealthy", *[deep_subject()] * 12))
    assert len(source.encode()) < 5_000_000
    assert 1 <= source.count('aria-label="Layers"') < 12


def test_values_that_are_not_finite_are_named_where_they_are_left_out():
    text = Page(html_of("broken")).text
    assert "Training: no finite value. Not drawn: 7 values that are not finite." in text
    assert "measured NaN" in text


def luminance(color: str) -> float:
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_and_lines_stand_out_from_their_ground(scheme):
    colors = dict(re.findall(r"--([\w-]+): (#\w{6})", CSS.split(":root {")[1 + scheme]))
    grounds = ["paper", "card", "code"]
    texts = ["ink", "quiet", "red", "amber", "green", "blue", "plot-text"]
    pairs = [(text, ground) for text in texts for ground in grounds]
    pairs += [(text, f"on-{text}") for text in ("red", "amber", "green", "blue", "grey")]
    assert {pair for pair in pairs if contrast(colors[pair[0]], colors[pair[1]]) < 4.5} == set()
    # The pale end of a heat map means little; its numbers are in the text.
    lines = [name for name in colors if re.fullmatch("plot-(?!rule|text|heat).*", name)]
    assert {name for name in lines if contrast(colors[name], colors["card"]) < 3} == set()
