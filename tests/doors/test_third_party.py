"""Somebody else's rules, in a package of their own that pip installs, next to ours without privilege."""

import os
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

from healthcheck.report import Report

COMMAND = str(Path(sys.executable).with_name("healthcheck"))
RULE = '''
    """Few examples."""

    from typing import Annotated

    from pydantic import Field

    from healthcheck.evidence import Data
    from healthcheck.rule import Claim, Finding, Result, Rule


    class FewExamples(Rule):
        """Our team wants to see more data than this.

        **What to do.** Collect more.
        """

        min_examples: Annotated[int, Field(gt=0)] = 100
        """Fewest examples that we accept."""

        def check(self, data: Data) -> Result:
            """Count."""
            if data.examples >= self.min_examples:
                return []
            return [Finding(f"{data.examples} examples", data.examples, place="fit", claim=Claim.FACT)]
'''
SCRIPT = """
    import keras
    import numpy as np

    x = np.random.default_rng(0).normal(size=(64, 2))
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.05), "mse")
    model.fit(x, x[:, :1], epochs=20)
"""


@pytest.fixture
def installed(tmp_path):
    """Return a function that packs a module of rules as a wheel and has pip install it."""

    def install(module):
        wheel, site = tmp_path / "acme_rules-1.0-py3-none-any.whl", tmp_path / "site"
        about = "acme_rules-1.0.dist-info"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("acme_rules/__init__.py", "")
            archive.writestr("acme_rules/house/__init__.py", "")
            archive.writestr("acme_rules/house/few_examples.py", textwrap.dedent(module))
            archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n")
            archive.writestr(
                f"{about}/WHEEL",
                "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            )
            archive.writestr(f"{about}/entry_points.txt", "[healthcheck.rules]\nacme = acme_rules\n")
            archive.writestr(f"{about}/RECORD", "")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
        subprocess.run([*pip, "--target", str(site), str(wheel)], check=True, capture_output=True)
        return site

    return install


@pytest.fixture
def healthcheck(tmp_path):
    """Return a function that runs the command where the package is installed."""
    (tmp_path / "train.py").write_text(textwrap.dedent(SCRIPT))

    def run(site, *arguments):
        return subprocess.run(
            [COMMAND, *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_a_rule_from_another_package_is_listed_explained_configured_and_run(installed, healthcheck, tmp_path):
    site = installed(RULE)
    listed = healthcheck(site, "--list-rules").stdout
    assert "\nhouse\n  few-examples " in listed
    assert "vanishing-gradients" in listed
    assert (
        "Set them in `[tool.healthcheck.rules.few-examples]`"
        in healthcheck(site, "--explain", "few-examples").stdout
    )

    done = healthcheck(site, "train.py", "--select", "house")
    report = Report.load(tmp_path / "healthcheck-report" / "report.json")
    assert done.returncode == 1, done.stderr
    (finding,) = report.subjects[0].findings
    assert (finding.rule, finding.status, finding.message) == ("few-examples", "fail", "64 examples")
    assert finding.source.line == 8

    (tmp_path / "pyproject.toml").write_text("[tool.healthcheck.rules.few-examples]\nmin-examples = 10\n")
    assert healthcheck(site, "train.py", "--select", "house").returncode == 0


def test_a_package_that_cannot_be_loaded_is_named(installed, healthcheck):
    done = healthcheck(installed("import nowhere_to_be_found"), "train.py")
    assert done.returncode == 2
    assert "the rules of package 'acme-rules' cannot be loaded: ModuleNotFoundError" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_rule_that_fails_on_its_evidence_is_named_with_its_package(installed, healthcheck, tmp_path):
    broken = RULE.replace("if data.examples >=", "if data.no_such_field >=")
    done = healthcheck(installed(broken), "train.py")
    assert done.returncode == 2
    report = Report.load(tmp_path / "healthcheck-report" / "report.json")
    message = report.subjects[0].findings[0].message
    assert message.startswith("rule 'few-examples' of 'acme_rules.house.few_examples' failed: AttributeError")
    assert "Traceback" not in done.stdout + done.stderr
