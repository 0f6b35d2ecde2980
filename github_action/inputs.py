"""The inputs of the action, as they stand in the environment of the first step."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from github_action.errors import ActionError

OPTIONS = ("budget", "seeds", "device")
"""Inputs that are options of the command; an empty one leaves it to the settings of the project."""
NONE = ("", "none")


@dataclass(frozen=True)
class Inputs:
    """What the workflow asks for."""

    targets: tuple[str, ...]
    arguments: tuple[str, ...]
    """Options of the command."""
    script_arguments: tuple[str, ...]
    """What stands behind `--`: for the target itself."""
    install: str
    fail_on: str
    options: Mapping[str, str]
    baseline: str
    """A file, `base-branch`, or empty."""
    changed_only: bool
    comment: str
    summary: bool
    annotations: bool
    sarif: bool
    artifact: str


def read_inputs(environment: Mapping[str, str]) -> Inputs:
    """Read and check the inputs."""

    def given(name: str) -> str:
        return environment.get(f"INPUT_{name.replace('-', '_').upper()}", "").strip()

    def switch(name: str) -> bool:
        return _one_of(name, given(name).lower(), ("true", "false")) == "true"

    before, after = _arguments(given("args"))
    inputs = Inputs(
        targets=_lines(given("targets")),
        arguments=before,
        script_arguments=after,
        install=_one_of("install", given("install"), ("none", "cpu", "gpu")),
        fail_on=_one_of("fail-on", given("fail-on"), ("", "fail", "warn", "new")),
        options={name: given(name) for name in OPTIONS if given(name)},
        baseline="" if given("baseline") in NONE else given("baseline"),
        changed_only=switch("changed-only"),
        comment=_one_of("comment", given("comment").lower(), ("true", "unhealthy", "false")),
        summary=switch("summary"),
        annotations=switch("annotations"),
        sarif=switch("sarif"),
        artifact="" if given("artifact") in NONE else given("artifact"),
    )
    _check(inputs)
    return inputs


def _check(inputs: Inputs) -> None:
    if not inputs.targets:
        raise ActionError("the input `targets` is empty: name a training script, such as train.py")
    if inputs.fail_on == "new" and not inputs.baseline:
        raise ActionError("the input `fail-on` is 'new', which needs a `baseline` to compare with")


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _arguments(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split as a shell would, but let no shell see it; `--` divides the options from the script's own."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ActionError(f"the input `args` is {text!r}, which a shell could not read: {error}") from error
    end = words.index("--") if "--" in words else len(words)
    return tuple(words[:end]), tuple(words[end + 1 :])


def _one_of(name: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        words = ", ".join(word for word in allowed if word)
        raise ActionError(f"the input `{name}` is {value!r}, but it should be one of: {words}")
    return value
