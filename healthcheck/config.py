"""Settings: from `[tool.healthcheck]` in pyproject.toml and from the command line."""

import difflib
import math
import os
import re
import reprlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from healthcheck.errors import HealthcheckError
from healthcheck.registry import installed_rules
from healthcheck.rule import Rule

ALWAYS = "not-checkable"
"""The rule that no selection switches off: what could not be checked is always said."""

_SEE_LIST = "; `healthcheck --list-rules` shows them"
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def _seconds(value: object) -> object:
    """Read "60s", "2m" or "500ms"; a plain number is in seconds."""
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)(ms|s|m|h)?", value.strip(), re.ASCII)
    if match is None:
        raise PydanticCustomError("seconds", "it should be a time such as '60s', '2m', '500ms' or 60")
    return float(match[1]) * _UNITS[match[2] or "s"]


def _device(value: str) -> str:
    if re.fullmatch(r"auto|cpu|gpu(:\d+)?", value, re.ASCII) is None:
        raise PydanticCustomError("device", "it should be 'auto', 'cpu', 'gpu' or 'gpu:N'")
    return value


def _memory(value: str) -> str:
    if re.fullmatch(r"(?!0+(\.0*)?\D)\d{1,9}(\.\d{1,9})?(%|[KMGT]B)", value, re.ASCII) is None:
        raise PydanticCustomError("memory", "it should be a size such as '4GB' or '512MB', or a share: '90%'")
    return value


def _variable(value: str) -> str:
    if re.fullmatch(r"[A-Za-z_*?][A-Za-z0-9_*?]*", value, re.ASCII) is None:
        raise PydanticCustomError("variable", "it should be the name of a variable, such as 'HF_TOKEN'")
    return value


_SECONDS_SCHEMA = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "string", "pattern": r"^\s*(\d+(\.\d*)?|\.\d+)(ms|s|m|h)?\s*$"},
    ]
}
Seconds = Annotated[
    float,
    BeforeValidator(_seconds),
    Field(gt=0, allow_inf_nan=False),
    WithJsonSchema(_SECONDS_SCHEMA, mode="validation"),
]


class Settings(BaseModel):
    """Everything a user can set; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    select: tuple[str, ...] = ()
    """Rules or families to run; empty means all."""
    ignore: tuple[str, ...] = ()
    """Rules or families not to run."""
    fail_on: Literal["fail", "warn"] = "fail"
    """The status from which a subject counts as unhealthy."""
    budget: Seconds = 60.0
    """Seconds of probing per subject."""
    time_limit: Seconds = 600.0
    """Seconds a target may take in all, its own code included."""
    memory_limit: Annotated[str, AfterValidator(_memory)] = "90%"
    """Memory that a target and what it starts may use: `4GB`, or a share of what the machine has."""
    process_limit: int = Field(default=500, ge=1)
    """Processes that a target may have at once."""
    pass_env: tuple[Annotated[str, AfterValidator(_variable)], ...] = ()
    """Variables that a target gets although they look like secrets; `*` stands for any letters."""
    seed: int = Field(default=0, ge=0, lt=2**31)
    """The first seed."""
    seeds: int = Field(default=3, ge=2, le=20)
    """Number of seeds an experiment has to be better on."""
    device: Annotated[str, AfterValidator(_device)] = "auto"
    """Where to run: `auto`, `cpu`, `gpu` or `gpu:N`."""
    max_fits: int = Field(default=8, ge=1, le=1000)
    """Fits of a script that are checked: the first of each distinct configuration."""
    experiments: bool = True
    """Whether remedies are tried."""
    cache: bool = Field(default_factory=lambda: not os.environ.get("CI"))
    """Whether a training of which nothing has changed keeps its last result; not where `CI` is set."""
    per_layer_ignores: dict[str, tuple[str, ...]] = {}
    """Rules or families whose findings are information on the layers whose path matches a pattern."""
    data: str = ""
    """Data of a model that comes alone: an .npz file or a Python file with `load_data`; empty means none."""
    epochs: int = Field(default=20, ge=1, lt=2**31)
    """Planned epochs of a model that comes without a plan."""
    batch_size: int = Field(default=32, ge=1, lt=2**31)
    """Batch size of a model that comes without a plan."""
    output: str = "healthcheck-report"
    """Folder of the reports; relative to the file of the settings."""
    baseline: str = ""
    """File of known findings, which do not fail; relative to the file of the settings. Empty means none."""
    rules: dict[str, dict[str, Any]] = {}
    """Thresholds of single rules: `[tool.healthcheck.rules.RULE]`."""


def read_settings(
    folder: Path, options: Mapping[str, object], installed: Mapping[str, type[Rule]] | None = None
) -> Settings:
    """Read the closest settings at or above `folder`; `options` of the command line override them."""
    rules = installed_rules() if installed is None else installed
    file, table = closest_table(folder)
    settings = settings_from(table, f"{file}: tool.healthcheck.")
    if file:
        # From here on relative to where the command runs, as the options are.
        given = {"baseline": settings.baseline, "output": settings.output, "data": settings.data}
        written = {key: path for key, path in given.items() if path and key in settings.model_fields_set}
        places: dict[str, Any] = {key: os.path.relpath(file.parent / path) for key, path in written.items()}
        settings = settings.model_copy(update=places)
    check_names(settings, rules, f"{file}: tool.healthcheck.")
    overriding = settings_from(options, "--")
    check_names(overriding, rules, "--")
    changes = {field: getattr(overriding, field) for field in overriding.model_fields_set}
    merged = settings.model_copy(update=changes)
    configured_rules(merged, rules)
    return merged


def closest_table(folder: Path) -> tuple[Path | None, dict[str, Any]]:
    """Find the closest pyproject.toml with a `[tool.healthcheck]` table, walking up from `folder`."""
    for parent in [folder, *folder.parents]:
        file = parent / "pyproject.toml"
        table = _own_table(file) if file.is_file() else None
        if table is not None:
            return file, table
    return None, {}


def _own_table(file: Path) -> dict[str, Any] | None:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise HealthcheckError(f"{file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HealthcheckError(f"{file} is not valid TOML: {error}") from error
    tool: object = content.get("tool")
    table: object = cast("dict[str, object]", tool).get("healthcheck") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise HealthcheckError(f"{file}: tool.healthcheck is {reprlib.repr(table)}, but it should be a table")
    return cast("dict[str, Any] | None", table)


def settings_from(table: Mapping[str, object], prefix: str) -> Settings:
    """Make settings of a table; `prefix` before a key says in a message where that key was written."""
    values = _respelled(table, _snake, prefix)
    for field in ("select", "ignore", "pass_env"):
        if isinstance(values.get(field), list):
            values[field] = tuple(cast("list[object]", values[field]))
    if isinstance(values.get("per_layer_ignores"), dict):
        patterns = cast("dict[str, object]", values["per_layer_ignores"])
        values["per_layer_ignores"] = {
            pattern: tuple(cast("list[object]", names)) if isinstance(names, list) else names
            for pattern, names in patterns.items()
        }
    if isinstance(values.get("rules"), dict):
        values["rules"] = _rule_tables(cast("dict[str, object]", values["rules"]), prefix)
    try:
        return Settings.model_validate(values, strict=True)
    except ValidationError as error:
        raise HealthcheckError(_sentence(error, prefix, "setting", Settings)) from error


def _rule_tables(tables: Mapping[str, object], prefix: str) -> dict[str, object]:
    return {
        rule: _respelled(cast("dict[str, object]", table), _snake, f"{prefix}rules.{rule}.")
        if isinstance(table, dict)
        else table
        for rule, table in _respelled(tables, kebab, f"{prefix}rules.").items()
    }


def configured_rules(
    settings: Settings, installed: Mapping[str, type[Rule]] | None = None
) -> dict[str, Rule]:
    """Return the selected rules by their id, with the thresholds of the settings."""
    rules = installed_rules() if installed is None else installed
    check_names(settings, rules, "setting ")
    chosen = [name for name, rule in rules.items() if _selected(rule, settings)]
    if not chosen:
        raise HealthcheckError(
            f"no rule is left to run: select is {list(settings.select)}, ignore is {list(settings.ignore)}, "
            f"and {len(rules)} rules are installed"
        )
    return {
        name: _configured(rule, settings.rules.get(name, {}), f"setting rules.{name}.")
        for name, rule in rules.items()
        if name in chosen or name == ALWAYS
    }


def _selected(rule: type[Rule], settings: Settings) -> bool:
    names = {rule.id(), rule.family()}
    selected = not settings.select or not names.isdisjoint(map(kebab, settings.select))
    return selected and names.isdisjoint(map(kebab, settings.ignore))


def check_names(settings: Settings, installed: Mapping[str, type[Rule]], prefix: str) -> None:
    """Refuse rules, families and thresholds that are not installed, and values out of their bounds."""
    families = {rule.family() for rule in installed.values()}
    lists = {"select": settings.select, "ignore": settings.ignore}
    lists |= {f"per-layer-ignores.{layer}": names for layer, names in settings.per_layer_ignores.items()}
    for field, names in lists.items():
        for name in names:
            if kebab(name) not in {*installed, *families}:
                close = did_you_mean(name, [*families, *installed]) or _SEE_LIST
                raise HealthcheckError(
                    f"{prefix}{field} names {name!r}, which is neither a rule nor a family{close}"
                )
    for name, table in settings.rules.items():
        if name not in installed:
            close = did_you_mean(name, installed) or _SEE_LIST
            raise HealthcheckError(f"{prefix}rules.{name} is not an installed rule{close}")
        _configured(installed[name], table, f"{prefix}rules.{name}.")


def _configured(rule: type[Rule], table: Mapping[str, object], prefix: str) -> Rule:
    for key, value in table.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise HealthcheckError(f"{prefix}{kebab(key)} is {value}, but it should be finite")
    try:
        return rule.model_validate(table)
    except ValidationError as error:
        raise HealthcheckError(_sentence(error, prefix, "threshold of this rule", rule)) from error


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean ...?" for the closest known name, or else the names if they are few."""
    names = sorted(known)
    close = difflib.get_close_matches(kebab(name).lower(), names, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; allowed: {', '.join(names) or 'none'}" if len(names) <= 16 else ""


def _sentence(error: ValidationError, prefix: str, kind: str, model: type[BaseModel]) -> str:
    """Say the first of pydantic's complaints in one sentence, in TOML's words."""
    first = error.errors(include_url=False)[0]
    key = ".".join(kebab(part) for part in first["loc"] if isinstance(part, str))
    if first["type"] == "extra_forbidden":
        return f"{prefix}{key} is not a {kind}{did_you_mean(key, map(kebab, model.model_fields))}"
    wanted = _WANTED.get(first["type"]) or re.sub(r"^\w+ should", "it should", first["msg"])
    return f"{(prefix + key).rstrip('.')} is {reprlib.repr(first['input'])}, but {wanted}"


_WANTED = {
    "tuple_type": "it should be a list of names",
    "string_type": "it should be a string",
    "dict_type": "it should be a table",
    "bool_type": "it should be true or false",
    "int_type": "it should be a whole number",
    "float_type": "it should be a number",
}
"""TOML's words for pydantic's types."""


def _respelled(table: Mapping[str, object], spell: Callable[[str], str], prefix: str) -> dict[str, object]:
    spelled = {spell(key): value for key, value in table.items()}
    if len(spelled) < len(table):
        twice = [spell(key) for key in table]
        key = next(key for key in twice if twice.count(key) > 1)
        raise HealthcheckError(f"{prefix}{key} is given twice, in kebab-case and in snake_case")
    return spelled


def kebab(name: str) -> str:
    """Spell a name as settings and options are spelled."""
    return name.replace("_", "-")


def _snake(name: str) -> str:
    return name.replace("-", "_")
