"""The README says what the program does, because it is generated from it or compared with it."""

import re
from pathlib import Path

from healthcheck.environment import WITHHELD
from healthcheck.registry import installed_rules

README = Path(__file__).parents[1] / "README.md"


def rule_table():
    """Return the table of the built-in rules as it has to stand in the README."""
    rules = [rule for rule in installed_rules().values() if rule.__module__.startswith("healthcheck_rules.")]
    rows = [f"| `{rule.id()}` | {rule.family()} | {rule.__doc__.splitlines()[0]} |" for rule in rules]
    return "\n".join(["| rule | family | what it says |", "| --- | --- | --- |", *rows])


def test_the_table_of_rules_is_that_of_the_installed_rules():
    text = README.read_text(encoding="utf-8")
    (table,) = re.findall(r"<!-- rules:.*?-->\n(.*?)\n<!-- /rules -->", text, flags=re.DOTALL)
    assert table == rule_table()


def test_the_list_of_withheld_variables_is_that_of_the_code():
    text = README.read_text(encoding="utf-8")
    (listed,) = re.findall(r"<!-- withheld:.*?-->\n(.*?)\n<!-- /withheld -->", text, flags=re.DOTALL)
    assert tuple(re.findall(r"`([^`]+)`", listed)) == WITHHELD


def test_there_are_exactly_two_set_up_commands():
    commands = re.findall(r"```bash\n(.*?)\n```", README.read_text(encoding="utf-8"))
    assert len(commands) == 2
    assert all(command.startswith("python3 -m venv .venv && .venv/bin/pip install ") for command in commands)


def test_every_option_the_readme_names_exists(pytestconfig):
    from healthcheck.options import option_parser

    known = {option for action in option_parser()._actions for option in action.option_strings}
    known |= {name for option in pytestconfig._parser._anonymous.options for name in option.names()}
    known |= {
        name for group in pytestconfig._parser._groups for option in group.options for name in option.names()
    }
    named = set(re.findall(r"`?(--[a-z][a-z-]+)", README.read_text(encoding="utf-8")))
    assert named <= known
