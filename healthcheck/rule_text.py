"""Rules and settings as text: the list, an explanation, the settings in force."""

import inspect
import json
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from healthcheck.config import Settings, kebab
from healthcheck.rule import Rule


def settings_in_toml(settings: Settings, rules: Mapping[str, Rule]) -> str:
    """Write the settings in force, with every threshold of the selected rules, as pyproject.toml has them."""
    tables = {"": settings.model_dump(mode="json", exclude={"rules", "per_layer_ignores"})}
    tables |= {".per-layer-ignores": {json.dumps(k): v for k, v in settings.per_layer_ignores.items()}}
    tables |= {f".rules.{name}": rule.model_dump(mode="json") for name, rule in rules.items()}
    return "\n".join(
        f"[tool.healthcheck{name}]\n"
        + "".join(f"{kebab(key)} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in table.items())
        for name, table in tables.items()
        if table
    )


def rule_list(rules: Mapping[str, type[Rule]]) -> str:
    """List the rules by family, each with the first line of its docstring."""
    width = max(map(len, rules), default=0)
    families = groupby(rules.items(), key=lambda item: item[1].family())
    return "\n".join(
        f"{family}\n" + "".join(f"  {name:<{width}}  {_documentation(rule)[0]}\n" for name, rule in members)
        for family, members in families
    )


def _documentation(rule: type[Rule]) -> list[str]:
    return inspect.cleandoc(rule.__doc__ or "").split("\n")


def explanation(rule: type[Rule]) -> str:
    """Write a rule's docstring and its thresholds as Markdown."""
    documentation = "\n".join(_documentation(rule))
    text = f"# {rule.id()}\n\n*Family: {rule.family()}.* {documentation}\n"
    thresholds: dict[str, dict[str, Any]] = rule.model_json_schema().get("properties", {})
    if thresholds:
        text += f"\n## Thresholds\n\nSet them in `[tool.healthcheck.rules.{rule.id()}]`.\n\n"
    return text + "".join(map(_threshold, thresholds, thresholds.values()))


def _threshold(name: str, schema: Mapping[str, Any]) -> str:
    bounds = "".join(f", {words} {_bound(schema[key])}" for key, words in _BOUNDS.items() if key in schema)
    description = " ".join(str(schema.get("description", "")).split())
    line = f"- `{kebab(name)} = {json.dumps(schema.get('default'))}`{bounds}"
    return f"{line}: {description}\n" if description else f"{line}\n"


def _bound(value: Any) -> Any:
    """Write a bound as it was written; older versions of pydantic make a float of it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_BOUNDS = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "exclusiveMaximum": "below",
    "enum": "one of",
}
