"""The nodes of the tree: `train.py::healthcheck::vanishing-gradients`."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from healthcheck.config import ALWAYS
from healthcheck.render.phrasing import line_of_file, location

from . import HealthcheckWarning
from .health import Health, health_key
from .judgement import Judgement, judgement_of


class HealthcheckFile(pytest.File):
    """A file that holds targets; it is never imported here."""

    def collect(self) -> Iterator[pytest.Collector]:
        """Give every target its node; that of a script stands directly under the file."""
        for attribute, name in self.config.stash[health_key].targets[self.path]:
            if attribute is None:
                yield TargetNode.from_parent(self, name="healthcheck", target=name)
            else:
                yield AttributeNode.from_parent(self, name=attribute, target=name)


class AttributeNode(pytest.Collector):
    """A model, or a function that returns one."""

    def __init__(self, *, target: str, **above: object) -> None:
        super().__init__(**above)  # pyright: ignore[reportArgumentType] - pytest's own
        self.target = target

    def collect(self) -> Iterator[pytest.Collector]:
        """Give the target its node."""
        yield TargetNode.from_parent(self, name="healthcheck", target=self.target)


class TargetNode(AttributeNode):
    """A target: one test for each rule."""

    def collect(self) -> Iterator["RuleItem"]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Make the tests of the rules in force, without looking at the target."""
        for rule, family in self.config.stash[health_key].rules.items():
            yield RuleItem.from_parent(self, name=rule, target=self.target, family=family)


class RuleItem(pytest.Item):
    """What one rule says of one target."""

    def __init__(self, *, target: str, family: str, **above: object) -> None:
        super().__init__(**above)  # pyright: ignore[reportArgumentType] - pytest's own
        self.target = target
        self.judgement = Judgement("pass")
        self.extra_keyword_matches.add(family)
        self.add_marker(pytest.mark.healthcheck)

    @property
    def health(self) -> Health:
        """What the targets of this run have in common."""
        return self.config.stash[health_key]

    def setup(self) -> None:
        """Have the target probed; what could not be checked is an error, and no failure."""
        settings = self.health.settings
        subjects = self.health.probes.of(self.target).outcome.subjects
        self.judgement = judgement_of(subjects, self.name, settings.fail_on, self.health.strict)
        self._note_properties()
        end, text, _, _ = self.judgement
        if end == "error" or (end == "unseen" and not self._is_explained()):
            pytest.fail(text, pytrace=False)
        if end in ("skip", "unseen"):
            reason = f"not checked: {text}" if end == "unseen" else text
            raise pytest.skip.Exception(reason, _use_item_location=True)

    def runtest(self) -> None:
        """Fail or warn with the finding's text."""
        end, text, source, _ = self.judgement
        if end == "fail":
            pytest.fail(text, pytrace=False)
        if end == "warn":
            file, line = (source.file, line_of_file(source)) if source else (str(self.path), 1)
            warnings.warn_explicit(HealthcheckWarning(f"{self.name}: {text}"), None, file, line)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the target and the rule as the headline of a failure."""
        return self.path, 0, f"{self.target}: {self.name}"

    def _is_explained(self) -> bool:
        """Whether another test of this run says why the target could not be checked."""
        return any(
            isinstance(item, RuleItem) and item.name == ALWAYS and item.target == self.target
            for item in self.session.items
        )

    def _note_properties(self) -> None:
        """Note what was measured, for JUnit XML."""
        self.user_properties += [("healthcheck.rule", self.name), ("healthcheck.end", self.judgement.end)]
        for finding in self.judgement.findings:
            about = {
                "layer": finding.layer,
                "source": finding.source and location(finding.source),
                "measured": finding.measured,
                "limit": finding.limit,
                "remedy": finding.remedy and finding.remedy.code,
            }
            self.user_properties += [(f"healthcheck.{k}", str(v)) for k, v in about.items() if v is not None]
