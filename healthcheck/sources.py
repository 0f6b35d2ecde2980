"""Which line of the user's code is at work: frames, not names."""

import linecache
import site
import sys
import sysconfig
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


def is_users(file: str) -> bool:
    """Whether a file is the user's: not Python's, not installed, not ours, not made up."""
    # AutoGraph writes functions anew; the frame that calls what it wrote is the user's.
    others = ("/site-packages/", "/dist-packages/", "__autograph_generated_file")
    return not (file.startswith((*_NOT_THEIRS, "<")) or any(part in file for part in others))


def source_at(file: str, line: int) -> Source:
    """Describe a place, with the file as the user would name it."""
    path = Path(file)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return Source(file=str(shown), line=line, code=linecache.getline(file, line).strip())


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
