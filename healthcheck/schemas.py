"""The published JSON schemas: of the report, and of the settings in pyproject.toml."""

from collections.abc import Mapping
from typing import Any

from healthcheck.config import Settings, kebab
from healthcheck.registry import installed_rules
from healthcheck.report import Report
from healthcheck.rule import Rule

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def report_schema() -> Schema:
    """Return the schema of `report.json`."""
    return {"$schema": DIALECT, **Report.model_json_schema(mode="serialization")}


def settings_schema(rules: Mapping[str, type[Rule]] | None = None) -> Schema:
    """Return the schema of `[tool.healthcheck]`, with the thresholds of every installed rule.

    A name may be spelled with hyphens or with underscores, as in the file.
    """
    schema = Settings.model_json_schema()
    installed = installed_rules() if rules is None else rules
    tables = {name: _both_spellings(rule.model_json_schema()) for name, rule in installed.items()}
    schema["properties"]["rules"] |= {
        "additionalProperties": False,
        "properties": {spelling: table for name, table in tables.items() for spelling in _spellings(name)},
    }
    return {"$schema": DIALECT, **_both_spellings(schema)}


def _both_spellings(schema: Schema) -> Schema:
    known: Schema = schema.get("properties", {})
    properties = {spelling: part for name, part in known.items() for spelling in _spellings(name)}
    return schema | {"properties": properties}


def _spellings(name: str) -> list[str]:
    return list(dict.fromkeys((kebab(name), kebab(name).replace("-", "_"))))
