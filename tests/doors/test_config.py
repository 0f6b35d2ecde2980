"""Reading the settings: where they come from, what is refused, and in which words."""

import tomllib
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from healthcheck.config import Settings, configured_rules, read_settings
from healthcheck.errors import HealthcheckError
from healthcheck.rule import Rule
from healthcheck.rule_text import explanation, rule_list, settings_in_toml


class VanishingGradients(Rule):
    """Gradients shrink on their way to the input.

    **What to do.** Use ReLU.
    """

    min_ratio: Annotated[float, Field(gt=0, le=1)] = 0.001
    """Smallest healthy
    ratio."""
    names: tuple[str, ...] = ()

    @classmethod
    def family(cls) -> str:
        return "gradients"


class DeadUnits(Rule):
    """Units that never fire."""

    @classmethod
    def family(cls) -> str:
        return "activations"


class NotCheckable(Rule):
    """The script could not be checked."""

    @classmethod
    def family(cls) -> str:
        return "run"


RULES: dict[str, type[Rule]] = {
    "dead-units": DeadUnits,
    "vanishing-gradients": VanishingGradients,
    "not-checkable": NotCheckable,
}


def settings_of(folder: Path, toml: str, **options: object) -> Settings:
    (folder / "pyproject.toml").write_text(f"[tool.healthcheck]\n{toml}\n")
    return read_settings(folder, options, RULES)


def complaint(folder: Path, toml: str, **options: object) -> str:
    with pytest.raises(HealthcheckError) as error:
        settings_of(folder, toml, **options)
    message = str(error.value)
    assert "\n" not in message
    return message.removeprefix(f"{folder / 'pyproject.toml'}: ")


def test_without_any_pyproject_the_defaults_hold(tmp_path: Path):
    assert read_settings(tmp_path, {}, RULES) == Settings()


def test_the_closest_pyproject_with_our_table_is_read(tmp_path: Path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.healthcheck]\nseed = 1\n")
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.healthcheck]\nseed = 2\n")
    (inner / "pyproject.toml").write_text("[tool.other]\nseed = 3\n")
    assert read_settings(inner, {}, RULES).seed == 2


def test_keys_may_be_written_in_kebab_case_or_in_snake_case(tmp_path: Path):
    kebab = settings_of(
        tmp_path, 'fail-on = "warn"\ntime-limit = 9\nrules.vanishing-gradients.min-ratio = 0.5'
    )
    snake = settings_of(
        tmp_path, 'fail_on = "warn"\ntime_limit = 9\nrules.vanishing_gradients.min_ratio = 0.5'
    )
    assert kebab == snake
    assert kebab.rules == {"vanishing-gradients": {"min_ratio": 0.5}}


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ('"60s"', 60),
        ('"2m"', 120),
        ('"500ms"', 0.5),
        ('"1.5h"', 5400),
        ('" 7 "', 7),
        ("30", 30),
        ("0.25", 0.25),
    ],
)
def test_a_budget_is_a_time_or_a_number_of_seconds(tmp_path: Path, written: str, seconds: float):
    assert settings_of(tmp_path, f"budget = {written}").budget == seconds


def test_options_of_the_command_override_the_file(tmp_path: Path):
    settings = settings_of(
        tmp_path, 'budget = 5\nseeds = 4\nselect = ["run"]', budget="1m", select=["dead-units"]
    )
    assert (settings.budget, settings.seeds, settings.select) == (60, 4, ("dead-units",))


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("sedes = 3", "tool.healthcheck.sedes is not a setting; did you mean 'seeds'?"),
        ("seeds = 1", "tool.healthcheck.seeds is 1, but it should be greater than or equal to 2"),
        ('seeds = "3"', "tool.healthcheck.seeds is '3', but it should be a whole number"),
        ("seed = true", "tool.healthcheck.seed is True, but it should be a whole number"),
        (
            'budget = "1 day"',
            "tool.healthcheck.budget is '1 day', but it should be a time such as '60s', '2m', '500ms' or 60",
        ),
        ("budget = 0", "tool.healthcheck.budget is 0, but it should be greater than 0"),
        ("budget = nan", "tool.healthcheck.budget is nan, but it should be greater than 0"),
        ("time-limit = inf", "tool.healthcheck.time-limit is inf, but it should be a finite number"),
        ('fail-on = "info"', "tool.healthcheck.fail-on is 'info', but it should be 'fail' or 'warn'"),
        (
            'device = "tpu"',
            "tool.healthcheck.device is 'tpu', but it should be 'auto', 'cpu', 'gpu' or 'gpu:N'",
        ),
        ('select = "run"', "tool.healthcheck.select is 'run', but it should be a list of names"),
        ("ignore = [3]", "tool.healthcheck.ignore is 3, but it should be a string"),
        (
            'select = ["gradiens"]',
            "tool.healthcheck.select names 'gradiens', which is neither a rule nor a family; "
            "did you mean 'gradients'?",
        ),
        (
            'ignore = ["xyz"]',
            "tool.healthcheck.ignore names 'xyz', which is neither a rule nor a family; allowed: "
            "activations, dead-units, gradients, not-checkable, run, vanishing-gradients",
        ),
        ("rules = 3", "tool.healthcheck.rules is 3, but it should be a table"),
        ("rules.dead-units = 3", "tool.healthcheck.rules.dead-units is 3, but it should be a table"),
        (
            "rules.dead-unit.x = 3",
            "tool.healthcheck.rules.dead-unit is not an installed rule; did you mean 'dead-units'?",
        ),
        (
            "rules.dead-units.x = 3",
            "tool.healthcheck.rules.dead-units.x is not a threshold of this rule; allowed: none",
        ),
        (
            "rules.vanishing-gradients.min-ration = 3",
            "tool.healthcheck.rules.vanishing-gradients.min-ration is not a threshold of this rule; "
            "did you mean 'min-ratio'?",
        ),
        (
            "rules.vanishing-gradients.min-ratio = 3",
            "tool.healthcheck.rules.vanishing-gradients.min-ratio is 3, "
            "but it should be less than or equal to 1",
        ),
        (
            "rules.vanishing-gradients.min-ratio = inf",
            "tool.healthcheck.rules.vanishing-gradients.min-ratio is inf, but it should be finite",
        ),
        (
            "fail-on = 'fail'\nfail_on = 'warn'",
            "tool.healthcheck.fail_on is given twice, in kebab-case and in snake_case",
        ),
    ],
)
def test_what_is_wrong_in_the_file_is_said_in_one_sentence(tmp_path: Path, toml: str, sentence: str):
    assert complaint(tmp_path, toml) == sentence


def test_what_is_wrong_in_an_option_is_said_of_the_option(tmp_path: Path):
    assert complaint(tmp_path, "", seeds=1) == "--seeds is 1, but it should be greater than or equal to 2"
    assert complaint(tmp_path, "", select=["dead-unit"]).startswith("--select names 'dead-unit', which is")


def test_a_file_that_is_not_toml_is_named(tmp_path: Path):
    assert "pyproject.toml is not valid TOML: " in complaint(tmp_path, "seeds =")


def test_a_file_that_is_not_text_is_named(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_bytes(b"\xff")
    with pytest.raises(HealthcheckError, match=r"pyproject\.toml is not valid TOML"):
        read_settings(tmp_path, {}, RULES)


def test_our_table_has_to_be_a_table(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("tool.healthcheck = 3\n")
    with pytest.raises(HealthcheckError, match=r"tool\.healthcheck is 3, but it should be a table"):
        read_settings(tmp_path, {}, RULES)


def test_a_selection_that_leaves_no_rule_is_refused(tmp_path: Path):
    message = complaint(tmp_path, 'select = ["gradients"]\nignore = ["vanishing-gradients"]')
    assert message == (
        "no rule is left to run: select is ['gradients'], ignore is ['vanishing-gradients'], "
        "and 3 rules are installed"
    )


def test_no_installed_rule_at_all_is_refused():
    with pytest.raises(HealthcheckError, match="0 rules are installed"):
        configured_rules(Settings(), {})


@pytest.mark.parametrize(
    ("select", "ignore", "chosen"),
    [
        ((), (), ["dead-units", "vanishing-gradients", "not-checkable"]),
        (("gradients",), (), ["vanishing-gradients", "not-checkable"]),
        (("dead_units",), (), ["dead-units", "not-checkable"]),
        ((), ("activations", "run"), ["vanishing-gradients", "not-checkable"]),
    ],
)
def test_rules_are_chosen_by_name_or_family_and_not_checkable_always_runs(
    select: tuple[str, ...], ignore: tuple[str, ...], chosen: list[str]
):
    assert list(configured_rules(Settings(select=select, ignore=ignore), RULES)) == chosen


def test_a_configured_rule_has_the_thresholds_of_the_settings():
    settings = Settings(rules={"vanishing-gradients": {"min_ratio": 0.5, "names": ["a"]}})
    expected = VanishingGradients(min_ratio=0.5, names=("a",))
    assert configured_rules(settings, RULES)["vanishing-gradients"] == expected


def test_settings_built_in_python_are_checked_too():
    with pytest.raises(HealthcheckError, match="setting select names 'dead'"):
        configured_rules(Settings(select=("dead",)), RULES)


def test_the_settings_in_force_can_be_pasted_into_pyproject(tmp_path: Path):
    settings = settings_of(
        tmp_path,
        'budget = "2m"\nselect = ["gradients"]\nper-layer-ignores."encoder/*" = ["gradients"]\nrules.vanishing-gradients.min-ratio = 0.5',
    )
    shown = settings_in_toml(settings, configured_rules(settings, RULES))
    table = tomllib.loads(shown)["tool"]["healthcheck"]
    assert table["rules"] == {"vanishing-gradients": {"min-ratio": 0.5, "names": []}}
    (tmp_path / "pyproject.toml").write_text(shown)
    again = read_settings(tmp_path, {}, RULES)
    assert again.per_layer_ignores == {"encoder/*": ("gradients",)}
    placed = {"rules", "output"}  # a path is relative to the file that names it
    assert again.model_dump(exclude=placed) == settings.model_dump(exclude=placed)


def test_an_unknown_rule_among_the_ignores_of_a_layer_is_refused(tmp_path: Path):
    with pytest.raises(
        HealthcheckError, match=r"per-layer-ignores.encoder names 'vanishing-gradient'.*did you"
    ):
        settings_of(tmp_path, 'per-layer-ignores.encoder = ["vanishing-gradient"]')


def test_the_list_groups_the_rules_by_family():
    assert rule_list(RULES) == (
        "activations\n"
        "  dead-units           Units that never fire.\n"
        "\n"
        "gradients\n"
        "  vanishing-gradients  Gradients shrink on their way to the input.\n"
        "\n"
        "run\n"
        "  not-checkable        The script could not be checked.\n"
    )


def test_an_explanation_is_the_docstring_and_the_thresholds_with_their_bounds():
    assert explanation(VanishingGradients) == (
        "# vanishing-gradients\n"
        "\n"
        "*Family: gradients.* Gradients shrink on their way to the input.\n"
        "\n"
        "**What to do.** Use ReLU.\n"
        "\n"
        "## Thresholds\n"
        "\n"
        "Set them in `[tool.healthcheck.rules.vanishing-gradients]`.\n"
        "\n"
        "- `min-ratio = 0.001`, above 0, at most 1: Smallest healthy ratio.\n"
        "- `names = []`\n"
    )


def test_a_rule_without_thresholds_is_explained_without_that_section():
    assert explanation(DeadUnits) == "# dead-units\n\n*Family: activations.* Units that never fire.\n"
