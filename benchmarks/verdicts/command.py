"""One run of the real command on one script, kept on disk so that a benchmark can be resumed."""

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from verdicts.cases import Script

KEPT = Path(__file__).parent.parent.parent / ".diagnosis"
"""Outcomes of earlier runs; not under version control."""
TIME_LIMIT = 600


@dataclass(frozen=True)
class Seen:
    """One finding of a report."""

    rule: str
    status: str
    cause: bool
    line: int | None
    message: str


@dataclass(frozen=True)
class Outcome:
    """What the command said of one script from one seed."""

    script: str
    seed: int
    verdict: str
    findings: tuple[Seen, ...]
    """That fail, warn or could not be checked, in the report's order."""
    seconds: float
    """Of the whole command, the interpreter's start included."""

    @property
    def first(self) -> Seen | None:
        """The finding that a reader meets first: the cause, else the first that fails, else that warns."""
        order = {"error": 0, "fail": 1, "warn": 2}
        ranked = sorted(self.findings, key=lambda one: (order[one.status], not one.cause))
        return ranked[0] if ranked else None


def checked(script: Script, seed: int) -> Outcome:
    """Return what the command says of the script, from the kept outcomes if nothing changed since."""
    kept = KEPT / f"{_key(script.text, seed)}.json"
    if kept.exists():
        known = json.loads(kept.read_text(encoding="utf-8"))
        findings = tuple(Seen(**one) for one in known.pop("findings"))
        return Outcome(**{**known, "script": script.name, "findings": findings})
    outcome = _run(script, seed)
    KEPT.mkdir(exist_ok=True)
    unfinished = kept.with_suffix(".new")
    unfinished.write_text(json.dumps(asdict(outcome), indent=1), encoding="utf-8")
    unfinished.replace(kept)
    return outcome


def _run(script: Script, seed: int) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        file, report = Path(folder, f"{script.name}.py"), Path(folder, "report.json")
        file.write_text(script.text, encoding="utf-8")
        command = [str(Path(sys.executable).with_name("healthcheck")), file.name, "--seed", str(seed)]
        command += ["--no-cache", "--quiet", "--format", f"json={report.name}", "--", "--seed", str(seed)]
        started = time.monotonic()
        try:
            subprocess.run(command, cwd=folder, capture_output=True, timeout=TIME_LIMIT, check=False)
            read = json.loads(report.read_text(encoding="utf-8"))
        except (subprocess.TimeoutExpired, OSError, ValueError) as error:
            lost = Seen("not-checkable", "error", cause=True, line=None, message=f"no report: {error!r}")
            return Outcome(script.name, seed, "not_checked", (lost,), time.monotonic() - started)
        return Outcome(script.name, seed, read["verdict"], _findings(read), time.monotonic() - started)


def _findings(report: dict) -> tuple[Seen, ...]:
    return tuple(
        Seen(one["rule"], one["status"], one["cause"], (one["source"] or {}).get("line"), one["message"])
        for subject in report["subjects"]
        for one in subject["findings"]
        if one["status"] in ("fail", "warn", "error")
    )


def _key(text: str, seed: int) -> str:
    return hashlib.sha256(f"{installed_sources()}\n{seed}\n{text}".encode()).hexdigest()[:32]


def installed_sources() -> str:
    """Return a hash of every source file of the engine and of the rules that this Python would run."""
    digest = hashlib.sha256()
    for package in ("healthcheck", "healthcheck_rules"):
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise SystemExit(f"{package} is not installed in {sys.executable}")
        root = Path(spec.origin).parent
        for file in sorted(root.rglob("*.py")):
            digest.update(str(file.relative_to(root)).encode() + file.read_bytes())
    return digest.hexdigest()
