"""The page in a real browser: nothing leaves it, nothing breaks, everybody can read it."""

import shutil
from functools import cache
from importlib.resources import files

import pytest
from reports import REPORTS

from healthcheck.render.html import render_html

playwright = pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SCHEMES = ["light", "dark"]
WIDTHS = [360, 1440]
PAGES = ["sick", "healthy", "not_checked", "several", "deep", "hostile", "pictured"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed")


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@cache
def html_of(name: str) -> str:
    return render_html(REPORTS[name])


@pytest.fixture
def open_page(browser, tmp_path):
    """Return a function that opens a report and gives the page with what it asked for and complained of."""
    contexts = []

    def open_it(name, **options):
        file = tmp_path / "report.html"
        file.write_text(html_of(name), encoding="utf-8")
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.seen = []
        page.on("request", lambda request: page.seen.append(f"asked for {request.url}"))
        page.on("console", lambda message: page.seen.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: page.seen.append(f"error: {error}"))
        page.on("dialog", lambda dialog: page.seen.append(f"dialog: {dialog.message}"))
        page.goto(file.as_uri())
        page.seen.remove(f"asked for {file.as_uri()}")
        return page

    yield open_it
    for context in contexts:
        context.close()


def size(width):
    return {"viewport": {"width": width, "height": 800}}


@pytest.mark.parametrize("name", PAGES)
def test_no_request_leaves_the_page_and_the_console_stays_empty(open_page, name):
    page = open_page(name)
    page.mouse.wheel(0, 20_000)
    page.wait_for_timeout(50)
    assert page.seen == []


@pytest.mark.parametrize("name", PAGES)
def test_with_scripts_off_everything_can_be_read(open_page, name):
    with_scripts = open_page(name)
    with_scripts.evaluate("document.querySelectorAll('.filter, script').forEach((part) => part.remove())")
    without = open_page(name, java_script_enabled=False)
    assert without.locator("main").inner_text() == with_scripts.locator("main").inner_text()
    assert without.locator("script").count() == 1


def test_a_name_that_is_a_script_stays_text(open_page):
    page = open_page("hostile")
    assert page.seen == []
    assert page.locator("script").count() == 1
    assert page.get_by_text("<script>alert(1)</script>").first.is_visible()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_window(open_page, name, width):
    page = open_page(name, **size(width))
    page.evaluate("document.querySelectorAll('details').forEach((part) => part.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # What is too wide for its box must lie in one that scrolls.
    overflowing = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter((part) => part.getBoundingClientRect().right > innerWidth + 1 && !part.closest(".scroll, thead"))
            .map((part) => part.outerHTML.slice(0, 80))"""
    )
    assert overflowing == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_serious_fault(open_page, name, scheme):
    page = open_page(name, color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach((part) => part.open = true)")
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    grave = [fault for fault in found if fault["impact"] in {"serious", "critical"}]
    assert [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in grave] == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_takes_the_colors_that_the_reader_prefers(open_page, scheme):
    page = open_page("sick", color_scheme=scheme)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, *_ = (int(part) for part in background.strip("rgb()").split(","))
    assert (red > 128) == (scheme == "light")


@pytest.mark.parametrize("width", [1440, 1280])
def test_the_first_screen_names_the_cause_the_line_the_remedy_and_the_proof(open_page, width):
    page = open_page("sick", viewport={"width": width, "height": 860})
    cause = page.locator(".finding.cause")
    parts = [
        page.locator("article .lead"),
        cause.locator(".rule"),
        cause.locator("pre").first,
        cause.get_by_text("Use ReLU with He initialization."),
        cause.locator(".tried"),
        cause.locator(".plot").first,
    ]
    boxes = [part.bounding_box() for part in parts]
    assert all(box["y"] + box["height"] <= 860 for box in boxes)


def test_a_filter_leaves_the_rows_that_have_all_its_words(open_page):
    page = open_page("sick")
    page.get_by_label("Show only rules with").fill("learning FAIL")
    rows = page.locator("table[data-filter=rules] tbody tr")
    shown = [row.inner_text().split() for row in rows.all() if row.is_visible()]
    assert [words[:2] for words in shown] == [["fail", "loss-not-decreasing"]]
    assert page.locator("output").first.inner_text() == "1 of 8"


def test_a_plot_is_read_out_where_the_pointer_is(open_page):
    page = open_page("healthy", **size(1440))
    plot = page.locator("svg[data-box]").first
    box = plot.bounding_box()
    left, _, right, _ = (float(part) for part in plot.get_attribute("data-box").split())
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    page.mouse.move(box["x"] + box["width"] * (left + (right - left) / 2), box["y"] + box["height"] / 2)
    name, value, _, epoch = page.locator(".readout").inner_text().replace(":", "").split()
    (curve,) = REPORTS["healthy"].subjects[0].pictures.curves
    at = min(range(len(curve.epochs)), key=lambda index: abs(curve.epochs[index] - float(epoch)))
    assert name == "training"
    assert float(epoch) == pytest.approx(curve.epochs[at], abs=0.6)
    assert float(value) == pytest.approx(curve.values[at], abs=0.02)


def test_the_printed_page_is_light_and_shows_what_was_folded(open_page):
    page = open_page("deep", color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(29, 35, 41)"
    assert page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflow") == "visible"
    assert page.pdf().startswith(b"%PDF")
