"""The report as one HTML file that needs nothing but itself."""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from itertools import accumulate
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from healthcheck.render import phrasing
from healthcheck.render.blocks import Block, finding_blocks, gravest_first
from healthcheck.render.data_plots import Balance, balances, data_plots, rate_plots
from healthcheck.render.layer_plots import drawn_layers, heat_plot, layer_legend, profile_plots, trace_plots
from healthcheck.render.plots import Key, Plot, curve_plots, experiment_plot
from healthcheck.report import Layer, Pictures, Report, Subject

_TEMPLATES = files("healthcheck.render") / "templates"

MAX_ILLUSTRATED = 12
"""Subjects with plots, the sick ones first, so that the file stays under 5 MB."""

MAX_LAYERS = 2000
"""Layers of all subjects with plots and a table of layers together, for the same reason."""

MAX_POINTS = 6000
"""Points in one plot."""


@dataclass(frozen=True)
class Page:
    """A subject, with all that is drawn and ordered for it."""

    anchor: str
    subject: Subject
    illustrated: bool
    causes: list[Block]
    others: list[Block]
    explained: list[Block]
    """What the cause explains."""
    curves: list[Plot]
    rates: list[Plot]
    traces: list[Plot]
    depth: list[Plot]
    """What is drawn over the depth of the model."""
    data: list[Plot]
    balances: list[Balance]
    legend: list[Key]
    drawn: int
    """Number of layers in each of the traces."""


def render_html(report: Report) -> str:
    """Write the report as a self-contained page."""
    points = MAX_POINTS // max(1, min(3, len(report.subjects)))
    subjects = gravest_first(report.subjects)
    illustrated = _illustrated(subjects)
    pages = [
        _page(subject, f"subject-{position}", position in illustrated, points)
        for position, subject in enumerate(subjects)
    ]
    style, script = _inlined("style.css"), _inlined("script.js")
    template = _environment().get_template("report.html")
    return template.render(
        report=report,
        style=style,
        script=script,
        policy=_policy(style, script),
        pages=pages,
        status_words=phrasing.STATUS_WORDS,
        verdict_words=phrasing.VERDICT_WORDS,
        experiment_plot=partial(experiment_plot, points=points),
    )


def _inlined(name: str) -> Markup:
    """Return one of our own files, to be written into the page as it is."""
    return Markup(_TEMPLATES.joinpath(name).read_text(encoding="utf-8"))  # noqa: S704  ours  # nosec B704


def _policy(style: str, script: str) -> str:
    """Allow this style sheet and this script, and nothing else, from here or from anywhere."""
    return (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("healthcheck.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    filters: dict[str, Any] = environment.filters  # pyright: ignore
    filters.update(_filters())
    return environment


def _filters() -> dict[str, Any]:
    return {
        "number": phrasing.number,
        "limit": phrasing.limit,
        "location": phrasing.location,
        "counted": phrasing.counted,
        "sentence": phrasing.sentence,
        "rule_counts": phrasing.rule_counts,
        "verdict_counts": phrasing.verdict_counts,
        "trial": partial(phrasing.trial, arrow="→"),
        "shape": _shape,
        "setting": _setting,
        "parameters": _parameters,
    }


def _finalized(value: object) -> object:
    """Clean whatever a template prints; Jinja escapes it afterwards."""
    return phrasing.cleaned(value) if type(value) is str else value


def _illustrated(subjects: list[Subject]) -> set[int]:
    """Choose the subjects to show in full: one at least, the sick ones first."""
    order = sorted(range(len(subjects)), key=lambda position: subjects[position].verdict == "healthy")
    layers = accumulate(len(subjects[position].layers) for position in order)
    fitting = [at for at, total in zip(order, layers, strict=True) if at == order[0] or total <= MAX_LAYERS]
    return set(fitting[:MAX_ILLUSTRATED])


def _page(subject: Subject, anchor: str, illustrated: bool, points: int) -> Page:
    blocks = finding_blocks(subject.findings)
    shown = subject if illustrated else subject.model_copy(update={"pictures": Pictures()})
    return Page(
        anchor=anchor,
        subject=shown,
        illustrated=illustrated,
        causes=[block for block in blocks if block.cause],
        others=[block for block in blocks if not block.cause and not block.explained_by],
        explained=[block for block in blocks if block.explained_by],
        curves=curve_plots(shown.pictures, points),
        rates=rate_plots(shown.pictures, points),
        traces=trace_plots(shown, points),
        depth=[plot for plot in (heat_plot(shown), *profile_plots(shown.pictures, points)) if plot],
        data=data_plots(shown.pictures),
        balances=balances(shown.pictures.classes),
        legend=layer_legend(shown.pictures.layers),
        drawn=len(drawn_layers(shown)),
    )


def _shape(sizes: Iterable[int]) -> str:
    return " by ".join(f"{size:,}" for size in sizes)


def _setting(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def _parameters(layers: list[Layer]) -> int:
    return sum(layer.parameters for layer in layers)
