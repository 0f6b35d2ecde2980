"""What a program was made of while it ran: the files it imported and opened, as far as Python sees them."""

import os
import sys
from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG
from typing import Any

from healthcheck.sources import is_users

FOREIGN = ("os.exec", "os.posix_spawn", "os.system", "socket.connect", "sqlite3.connect", "subprocess.Popen")
"""Events with which a program turns to what no hash of files tells of."""
MADE_UP = ("/dev/", "/proc/", "/sys/")
LARGE = 2**26
"""Bytes beyond which a file is known by its size and time: reading it once more would take too long."""


class Origins:
    """What was seen so far."""

    def __init__(self, temporary: str) -> None:
        self.foreign = False
        """Whether the program turned to the network, a database or another process."""
        self._files = set[str]()
        self._ignored = (*MADE_UP, f"{temporary}/") if temporary else MADE_UP

    def note(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take note of an event; see `sys.addaudithook`."""
        if event == "open":
            path, mode, flags = arguments
            is_read = "r" in mode or "+" in mode if mode else flags & os.O_ACCMODE != os.O_WRONLY
            if is_read and not isinstance(path, int) and path is not None:
                self._files.add(_absolute(os.fsdecode(path)))
        elif event in FOREIGN:
            # The address of a socket of this machine is a path.
            self.foreign |= not (event == "socket.connect" and isinstance(arguments[1], (str, bytes)))

    def files(self) -> dict[str, str]:
        """Return a hash of every file of the user's by its path, in the order of the paths."""
        modules = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        paths = self._files | {_absolute(file) for file in modules if isinstance(file, str)}
        return {path: known for path in sorted(paths) if self._counts(path) and (known := _hash(path))}

    def _counts(self, path: str) -> bool:
        return is_users(path) and not path.startswith(self._ignored) and not path.endswith(".pyc")


def watched(temporary: str) -> Origins:
    """Watch this process from now on; what lies in the folder `temporary` the program made itself."""
    origins = Origins(temporary)
    sys.addaudithook(origins.note)
    return origins


def _absolute(path: str) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - quick, and says nothing of links


def _hash(path: str) -> str:
    """Return the hash of a file, nothing where there is none any more, or a pipe."""
    try:
        status = Path(path).stat()
        if not S_ISREG(status.st_mode):
            return ""
        if status.st_size > LARGE:
            return f"{status.st_size} {status.st_mtime_ns}"
        return blake2b(Path(path).read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return ""
