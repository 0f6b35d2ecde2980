import ast
import inspect
import re
import sys
from dataclasses import fields, is_dataclass, replace
from math import nan
from pathlib import Path

import numpy as np
import pytest

from healthcheck import evidence
from healthcheck.registry import installed_rules
from healthcheck.testing import ask, findings, healthy_evidence, structure, training, units

ROOT = Path(__file__).parents[2]
RULE_FILES = sorted((ROOT / "rules").glob("*/[!_]*.py"))
ENGINE_FILES = sorted((ROOT / "healthcheck").rglob("*.py"))
TENSORFLOW_ROOMS = (
    "capture/",
    "probes/",
    "remedies/",
    "subject.py",
    "experiments.py",
    "gradients.py",
    "keras_private.py",
)

builtin = {
    name: rule for name, rule in installed_rules().items() if rule.__module__.startswith("healthcheck_rules.")
}
every_rule = pytest.mark.parametrize("rule", builtin.values(), ids=builtin)


def relative(path):
    return path.relative_to(ROOT).as_posix()


def imported(path):
    """Return the full names of all modules that a file imports, at any depth of its code."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def test_every_file_is_one_rule_of_that_name():
    names = [path.stem.replace("_", "-") for path in RULE_FILES]
    assert sorted(names) == sorted(builtin)


@every_rule
def test_file_class_and_id_carry_one_name(rule):
    file = rule.__module__.split(".")[-1]
    assert rule.id() == file.replace("_", "-")
    assert rule.__name__ == file.title().replace("_", "")


@every_rule
def test_the_family_is_the_folder(rule):
    assert rule.family() == Path(inspect.getfile(rule)).parent.name


@every_rule
def test_the_docstring_says_what_users_need(rule):
    text = inspect.getdoc(rule) or ""
    assert len(text.splitlines()[0]) <= 110
    assert text.splitlines()[0].endswith((".", "?"))
    assert "\n\n**What to do.** " in text
    assert "\n\n**What this cannot see.** " in text
    assert re.search(r"\bSource: |limits? (are|is) our own|\n\nA fact", text, re.IGNORECASE)


@every_rule
def test_every_threshold_is_described_bounded_and_has_a_default(rule):
    for name, schema in rule.model_json_schema().get("properties", {}).items():
        bounds = {key for one in (schema, *schema.get("anyOf", [])) for key in one}
        assert schema.get("description"), name
        assert "default" in schema, name
        assert bounds & {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"}, name


@every_rule
def test_a_rule_asks_for_evidence_and_for_nothing_else(rule):
    needs = rule.needs()
    assert needs
    assert set(needs.values()) <= healthy_evidence().keys()


@every_rule
def test_a_healthy_model_gives_no_finding(rule):
    assert ask(rule()) == []


@every_rule
def test_a_number_that_is_not_one_breaks_no_rule(rule):
    """Put NaN into one field after the other, at every depth; what is said must stay a sentence."""
    for kind in rule.needs().values():
        for bad in spoiled(healthy_evidence()[kind]):
            result = ask(rule(), bad)
            said = [one.message for one in result] if isinstance(result, list) else [result.reason]
            assert all(said)


def spoiled(value):
    """Yield copies of some evidence in each of which one number, or one array, is NaN."""
    if isinstance(value, float):
        yield nan
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
        yield np.full_like(value, nan)
    elif isinstance(value, tuple):
        for at, part in enumerate(value):
            yield from ((*value[:at], bad, *value[at + 1 :]) for bad in spoiled(part))
    elif is_dataclass(value):
        for field in fields(value):
            yield from (replace(value, **{field.name: bad}) for bad in spoiled(getattr(value, field.name)))


@pytest.mark.parametrize("path", RULE_FILES, ids=relative)
def test_a_rule_imports_no_more_than_it_may(path):
    ours = {"healthcheck.rule", "healthcheck.evidence", "healthcheck.remedies"}
    for name in imported(path):
        assert name in ours or name.split(".")[0] in {"numpy", "scipy", "pydantic"} | sys.stdlib_module_names


@pytest.mark.parametrize("path", ENGINE_FILES, ids=relative)
def test_the_engine_knows_no_rule(path):
    assert not [name for name in imported(path) if name.split(".")[0] in ("healthcheck_rules", "rules")]


@pytest.mark.parametrize("path", ENGINE_FILES, ids=relative)
def test_tensorflow_stays_in_its_rooms(path):
    if not relative(path).removeprefix("healthcheck/").startswith(TENSORFLOW_ROOMS):
        assert not [name for name in imported(path) if name.split(".")[0] in ("tensorflow", "keras")]


@pytest.mark.parametrize("path", RULE_FILES, ids=relative)
def test_every_rule_has_a_test_file(path):
    assert (Path(__file__).parent / f"test_{path.stem}.py").is_file()


def test_evidence_that_a_rule_does_not_ask_for_is_refused():
    with pytest.raises(TypeError, match="rule 'dead-units' does not ask for Units"):
        ask(builtin["dead-units"](), units(dead=1.0))


def test_findings_of_a_rule_that_does_not_judge_are_an_error():
    with pytest.raises(AssertionError, match="rule 'learning-rate-too-low' did not judge: Skip"):
        findings(builtin["learning-rate-too-low"](), structure(learning_rate=0.0))


def test_made_up_trainings_are_consistent():
    made = training(loss=[1.0, 0.5, 0.25], steps=100, gradient_norm=[[1.0, 2.0]] * 20)
    assert made.points.tolist() == [0, 50, 100]
    assert (len(made.step_losses), made.planned_steps, made.planned_epochs) == (100, 100, 4)
    assert made.gradient_norm.shape == made.update_ratio.shape == (len(made.measured_steps), 2)


def test_healthy_evidence_is_made_up_of_every_class_that_a_probe_returns():
    parts = {"Skipped", "Array", "Activation", "Output", "Kernel", "Units", "Twins", "NonFinite"}
    parts |= {"Slope", "WrongGradient", "LabelOrder", "Normalizer", "Table", "Target"}
    parts |= {"Slope", "WrongGradient", "HiddenFeatures", "Influence", "Response"}
    parts |= {"Signals"}  # drawn only
    parts |= {"BatchNorm", "Dropped", "Scored", "Shift"}
    parts |= {"NoiseScale", "Penalized", "Weight"}
    classes = {name for name, value in vars(evidence).items() if is_dataclass(value)}
    assert {kind.__name__ for kind in healthy_evidence()} == classes - parts
