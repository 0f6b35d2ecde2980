"""The cache: a training whose every origin is unchanged keeps the result of its last check.

An entry is named by a hash of all that a check depends on and that can be known: the user's files that
were imported or opened, the program's arguments and environment, data, variables and configuration of
the model, settings, the installed packages and our own source. It holds the report, the curves, and the
variables as the training left them, because the script's later lines use the model.

A program that talks to the network, to a database or to other processes is checked anew every time, and so
is a training with callbacks of the user's own, which want to be called. What is read by C++ alone (`tf.io`,
HDF5) is known by what became of it: data, variables, attributes of layers.
"""

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import keras
import numpy as np

from healthcheck.environment import MARKER
from healthcheck.keras_private import every_layer, schedule_of
from healthcheck.origins import Origins, watched
from healthcheck.probes.state import State, everything
from healthcheck.report import Subject as Report
from healthcheck.rule import Rule
from healthcheck.run import Checked
from healthcheck.subject import Subject, is_of_keras
from healthcheck.supervisor import Request

FOLDER = ".healthcheck_cache"
MAX_BYTES = 2**30
"""Of all entries; those that were not used for longest go first."""
MAX_ENTRY = 2**29
"""What is larger is checked anew every time."""
VOLATILE = {MARKER, "_", "COLUMNS", "LINES", "OLDPWD", "SHLVL", "TEMP", "TMP", "TMPDIR", "WINDOWID"}
"""Variables that differ from run to run and say nothing about the program."""
NOTE = "nothing has changed since the check of {}, and this is its result (--no-cache checks again)"
WITHOUT_EFFECT = {"baseline", "cache", "memory_limit", "output", "process_limit", "time_limit"}
"""Settings that change nothing about what a check finds."""


class NoCache:
    """Where every check is done."""

    def checked(self, subject: Subject, check: Callable[[], Checked]) -> Checked:
        """Check."""
        return check()


class Cache(NoCache):
    """The results of earlier checks of the target under way."""

    def __init__(
        self, folder: Path, request: Mapping[str, Any], rules: Iterable[Rule], origins: Origins
    ) -> None:
        """Keep entries in `folder`; the request says what is checked and with which settings."""
        self._folder, self._request, self._origins = folder.absolute(), request, origins
        self._rules = {sys.modules[type(rule).__module__].__file__ or "" for rule in rules}

    def checked(self, subject: Subject, check: Callable[[], Checked]) -> Checked:
        """Return what the last check found where nothing has changed; else check."""
        key = self._key(subject)
        if key is None:
            return check()
        known = self._load(key, subject)
        if known is None:
            known = check()
            self._store(key, known)
        return known

    def _key(self, subject: Subject) -> str | None:
        """Return the name of a subject's entry, None where it has to be checked anew every time."""
        if self._origins.foreign or subject.seen or not all(map(is_of_keras, subject.callbacks)):
            return None
        digest = blake2b(digest_size=16)
        for part in self._parts(subject):
            digest.update(part)
            digest.update(b"\0")
        return digest.hexdigest()

    def _load(self, key: str, subject: Subject) -> Checked | None:
        """Return what the last check found, None where there was none or its entry is spoiled."""
        file = self._folder / f"{key}.npz"
        known_faults = suppress(OSError, ValueError, KeyError, BadZipFile)
        with known_faults, file.open("rb") as opened, np.load(opened) as entry:
            about = json.loads(entry["about"].tobytes())
            variables = everything(subject.model)
            values = [_read(entry[str(number)], one) for number, one in enumerate(variables)]
            if len(values) != about["variables"]:
                return None
            note = NOTE.format(about["when"])
            report = Report.model_validate_json(entry["report"].tobytes())
            file.touch()
            return Checked(
                report.model_copy(update={"notes": [*report.notes, note]}),
                about["curves"],
                State.of(variables, values) if values else None,
            )
        return None

    def _store(self, key: str, checked: Checked) -> None:
        """Keep what a check found; where that cannot be written it is not kept."""
        if checked.trained is not None and checked.trained.nbytes > MAX_ENTRY:
            return
        values = [] if checked.trained is None else checked.trained.values()
        about = {
            "when": time.strftime("%Y-%m-%d %H:%M"),
            "curves": checked.curves,
            "variables": len(values),
        }
        texts = {"about": json.dumps(about), "report": checked.report.model_dump_json()}
        arrays = {name: np.frombuffer(text.encode(), "uint8") for name, text in texts.items()}
        arrays |= {str(number): _bytes(value) for number, value in enumerate(values)}
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            (self._folder / ".gitignore").write_text("*\n", encoding="utf-8")
            draft = self._folder / f"{key}.{os.getpid()}"
            try:
                with draft.open("wb") as file:
                    np.savez(file, **arrays)  # pyright: ignore[reportArgumentType] - `allow_pickle` is a name too
                draft.replace(self._folder / f"{key}.npz")
            finally:
                draft.unlink(missing_ok=True)  # of a disk that is full
            self._forget_old()

    def _forget_old(self) -> None:
        entries = [(file.stat(), file) for file in self._folder.glob("*.npz")]
        kept = 0
        for status, file in sorted(entries, key=lambda entry: entry[0].st_mtime, reverse=True):
            kept += status.st_size
            if kept > MAX_BYTES:
                file.unlink(missing_ok=True)

    def _parts(self, subject: Subject) -> Iterator[Any]:
        """Give all that the result depends on, as bytes."""
        environment = {name: value for name, value in os.environ.items() if name not in VOLATILE}
        about = {
            "request": self._request,
            "folder": str(Path.cwd()),
            "environment": environment,
            "files": self._origins.files(),
            "packages": _packages(),
            "ours": _source([*_HERE.rglob("*.py"), *map(Path, self._rules)]),
            "machine": [sys.version, platform.platform(), os.cpu_count()],
            "plan": [repr(value) for value in _plain(vars(subject)).items()],
            "sources": repr(subject.sources),
        }
        yield json.dumps(about, sort_keys=True).encode()
        model = subject.model
        optimizer: Any = model.optimizer
        schedule = [schedule_of(optimizer)] if optimizer is not None else []
        losses = keras.tree.flatten(model.loss)
        for one in (model, *every_layer(model), optimizer, *schedule, *losses, *subject.callbacks):
            yield f"{type(one).__qualname__} {one if isinstance(one, str) else ''}".encode()
            yield from _contents(_plain(getattr(one, "__dict__", {})))
        for variable in everything(model):
            yield variable.path.encode()
            yield from _contents({"": np.asarray(variable.value), "trainable": variable.trainable})
        for examples in (subject.train, subject.validation):
            leaves = keras.tree.flatten(examples.parts) if examples else []
            yield from _contents({str(number): leaf for number, leaf in enumerate(leaves)})


def cache_of(request: Request, rules: Iterable[Rule]) -> NoCache:
    """Return the cache that a request asks for; from now on it is seen what the program is made of."""
    if not request.settings.cache:
        return NoCache()
    asked = request.model_dump(mode="json", exclude={"settings": WITHOUT_EFFECT})
    return Cache(Path(FOLDER), asked, rules, watched(os.environ.get("TMPDIR", "")))


def _plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes that are numbers, text, arrays, or lists of these."""
    return {name: value for name, value in sorted(attributes.items()) if _is_plain(value)}


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, (bool, int, float, complex, str, bytes, np.ndarray, np.generic))


def _contents(values: Mapping[str, Any]) -> Iterator[Any]:
    for name, value in values.items():
        yield name.encode()
        if isinstance(value, np.ndarray) and value.dtype != object:
            yield f"{value.dtype} {value.shape}".encode()
            yield _bytes(value)
        elif isinstance(value, (list, tuple, np.ndarray)):
            yield from _contents({str(number): one for number, one in enumerate(value)})
        else:
            yield repr(value).encode()


def _bytes(value: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(value).reshape(-1).view("uint8")


def _read(stored: np.ndarray, variable: keras.Variable) -> np.ndarray:
    """Return a value of a variable; raises `ValueError` where the bytes are not those of one."""
    return stored.view(np.asarray(variable.value).dtype).reshape(tuple(variable.shape))


def _packages() -> list[str]:
    """Return names and versions of what is installed, as the folders of its metadata are called."""
    found = [Path(place).glob("*.dist-info") for place in dict.fromkeys(sys.path) if place]
    return sorted({folder.name for folders in found for folder in folders})


def _source(files: Iterable[Path]) -> str:
    """Return a hash of our own source and of the rules', which may change without a version."""
    digest = blake2b(digest_size=16)
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


_HERE = Path(__file__).parent.parent
