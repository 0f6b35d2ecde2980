"""What a user names to be checked: a program, a model or function by its name, or a saved model."""

import re
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Literal, NamedTuple

_DOTTED = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_IN_MODULE = re.compile(rf"(?P<module>{_DOTTED}):(?P<attribute>{_DOTTED})")
_AS_MAIN = re.compile(rf"-m\s*(?P<module>{_DOTTED})")

Form = Literal["script", "notebook", "module", "function", "saved model"]
_FORMS: dict[str, Form] = {".py": "script", ".ipynb": "notebook", ".keras": "saved model"}
"""By the ending of a file's name."""
_OLD_FORMATS = (".h5", ".hdf5")


class Target(NamedTuple):
    """The parts of a target's name."""

    file: str | None
    """The script, notebook or saved model, or the file that holds the attribute."""
    module: str | None = None
    """The module to run, or that holds the attribute, when no file was named."""
    attribute: str | None = None
    """A model, or a function that returns one; None for a program that is to be run."""

    @property
    def form(self) -> Form:
        """What kind of thing it is."""
        if self.attribute is not None:
            return "function"
        return "module" if self.module else _FORMS.get(Path(self.file or "").suffix, "script")


def parsed(target: str) -> Target:
    """Take apart `train.py`, `-m package.train`, `models.py::build_model` or `package.models:build_model`."""
    file, colons, attribute = target.rpartition("::")
    if colons and file.endswith(".py"):
        return Target(file, attribute=attribute)
    match = _AS_MAIN.fullmatch(target)
    if match:
        return Target(None, match["module"])
    match = _IN_MODULE.fullmatch(target)
    if match:
        return Target(None, match["module"], match["attribute"])
    return Target(target)


def unusable(target: str) -> str | None:
    """Say why `target` is nothing that can be checked, before a process is started for it."""
    file, _, attribute = parsed(target)
    if attribute is not None and not all(part.isidentifier() for part in attribute.split(".")):
        return f"{attribute!r} in {target!r} is not a Python name"
    if file is None:
        return None
    notebook, colons, name = file.rpartition("::")
    if colons and notebook.endswith(".ipynb"):
        return f"{name!r} is looked for in a notebook, which is run as a whole: name {notebook!r} alone"
    return _unreadable(file)


def _unreadable(file: str) -> str | None:
    path = Path(file)
    try:
        if not S_ISREG(mode := path.stat().st_mode):
            return (
                _directory(path) if S_ISDIR(mode) else f"{file!r} is no regular file, not a training script"
            )
        if path.suffix not in _FORMS:
            return _unknown_form(path)
        path.open("rb").close()
        file.encode()
    except (FileNotFoundError, NotADirectoryError):
        return f"{file!r} does not exist"
    except OSError as error:
        return f"{file!r} cannot be read: {error.strerror}"
    except UnicodeEncodeError:
        return f"{file!r} cannot be checked: its name is not valid UTF-8"
    return None


def _unknown_form(path: Path) -> str:
    shown = repr(str(path))
    if path.suffix in _OLD_FORMATS:
        name, new = path.name, path.with_suffix(".keras").name
        return (
            f"{shown} is a model in the old HDF5 format: save it as `.keras` first, with "
            f"`keras.saving.load_model({name!r}).save({new!r})`"
        )
    return (
        f"{shown} is no target: its name ends in neither .py (a script), .ipynb (a notebook) "
        "nor .keras (a saved model)"
    )


def _directory(path: Path) -> str:
    shown = repr(str(path))
    if (path / "saved_model.pb").exists():
        return (
            f"{shown} is a TensorFlow SavedModel, which holds no Keras model that could be trained: "
            "save the model as `.keras`, or name the function that makes it, `train.py::build_model`"
        )
    if (path / "__main__.py").exists() or (path / "__init__.py").exists():
        return f"{shown} is a directory, not a training script: a package is run with `-m {path.name}`"
    return f"{shown} is a directory, not a training script"
