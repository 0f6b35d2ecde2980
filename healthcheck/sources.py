"""Which line of the user's code is at work: frames, not names."""

import linecache
import re
import site
import sys
import sysconfig
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import FrameType, TracebackType

from healthcheck.report import Source

_PATHS = sysconfig.get_paths()
_NOT_THEIRS = tuple(
    {
        *(_PATHS[key] + "/" for key in ("stdlib", "platstdlib", "purelib", "platlib")),
        *(path + "/" for path in site.getsitepackages()),
        str(Path(__file__).parent) + "/",
    }
)

_CELL = re.compile(r"(?P<file>.*\.ipynb)#cell-(?P<cell>\d+)")
_FOLDER: ContextVar[Path | None] = ContextVar("the folder that files are shown from", default=None)


@contextmanager
def shown_from(folder: Path) -> Generator[None]:
    """Name files as seen from `folder`, wherever the user's program goes meanwhile."""
    token = _FOLDER.set(folder)
    try:
        yield
    finally:
        _FOLDER.reset(token)


def cell_file(notebook: Path, cell: int) -> str:
    """Return the name of the file that a cell of a notebook is compiled as."""
    return f"{notebook}#cell-{cell}"


def is_users(file: str) -> bool:
    """Whether a file is the user's: not Python's, not installed, not ours, not made up."""
    # AutoGraph writes functions anew; the frame that calls what it wrote is the user's.
    others = ("/site-packages/", "/dist-packages/", "__autograph_generated_file")
    return not (file.startswith((*_NOT_THEIRS, "<")) or any(part in file for part in others))


def source_at(file: str, line: int) -> Source:
    """Describe a place, with the file as the user would name it."""
    match = _CELL.fullmatch(file)
    path, folder = Path(match["file"] if match else file), _FOLDER.get() or Path.cwd()
    shown = path.relative_to(folder) if path.is_relative_to(folder) else path
    code = linecache.getline(file, line).strip()
    return Source(file=str(shown), line=line, code=code, cell=int(match["cell"]) if match else None)


def current_source() -> Source | None:
    """Return the innermost line of the user's code on the stack, if there is one."""
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage] - `inspect` is slow
    while frame is not None:
        if is_users(frame.f_code.co_filename):
            return source_at(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return None


def raised_at(error: BaseException) -> Source | None:
    """Return the innermost line of the user's code in a traceback, if there is one."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno and is_users(error.filename):
        return source_at(error.filename, error.lineno)
    found: Source | None = None
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        if is_users(trace.tb_frame.f_code.co_filename):
            found = source_at(trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found
