"""The formats by name, a function from report to text for each, loaded when first used."""
# ruff: noqa: PLC0415 - what `--help` does not need is imported where it is used

from collections.abc import Callable

from healthcheck.report import Report


def _json(report: Report) -> str:
    return report.to_json()


def _html(report: Report) -> str:
    from healthcheck.render.html import render_html

    return render_html(report)


def _markdown(report: Report) -> str:
    from healthcheck.render.markdown import render_markdown

    return render_markdown(report)


def _sarif(report: Report) -> str:
    from healthcheck.registry import installed_rules
    from healthcheck.render.sarif import render_sarif
    from healthcheck.rule_text import explanation

    return render_sarif(report, {name: explanation(rule) for name, rule in installed_rules().items()})


def _junit(report: Report) -> str:
    from healthcheck.render.junit import render_junit

    return render_junit(report)


def _github(report: Report) -> str:
    from healthcheck.render.github import render_github

    return render_github(report)


RENDERERS: dict[str, Callable[[Report], str]] = {
    "json": _json,
    "html": _html,
    "markdown": _markdown,
    "sarif": _sarif,
    "junit": _junit,
    "github": _github,
}
"""Every format but `text`, which depends on the terminal."""
