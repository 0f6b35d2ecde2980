"""Say in one sentence what went wrong in the user's program, and tell it from a fault of ours."""

import re
from itertools import pairwise
from pathlib import Path
from traceback import walk_tb

from healthcheck.capture.legacy import keras_3_spelling
from healthcheck.errors import HealthcheckError

WRAPPERS = ("Exception encountered when calling", "Arguments received by", "Call arguments received by")
"""Lines that Keras puts around the message that matters."""
TRANSLATIONS = {
    "tf.function only supports singleton tf.Variables": "a layer or a variable is made inside `call()`: "
    "make it in `__init__()`, or it would be a new, untrained one at every call",
    "EOF when reading a line": "EOFError at `input()`, which nobody answers here: take the value from an "
    "argument or a file",
    "Cast string to float is not supported": "text goes where numbers are needed: encode it, or let a "
    "`TextVectorization` or `StringLookup` layer do it first",
}
"""Messages of TensorFlow that name a consequence, and the cause."""
PACKAGE = str(Path(__file__).parents[1]) + "/"


def sentence(error: BaseException) -> str:
    """Return type and message in one line, without terminal escapes and without Keras' wrapping."""
    if isinstance(error, HealthcheckError):
        return str(error)
    for symptom, cause in TRANSLATIONS.items():
        if symptom in str(error):
            return cause
    whose = "healthcheck itself failed, please report it: " if is_ours(error) else ""
    said = f"{type(error).__name__}: {_telling_line(str(error))}".rstrip(": ")
    return f"{whose}{said}{keras_3_spelling(said)}"


def is_ours(error: BaseException) -> bool:
    """Whether the error was raised by a line of this package and not by what it called."""
    frames = [frame.f_code.co_filename for frame, _ in walk_tb(error.__traceback__)]
    return bool(frames) and frames[-1].startswith(PACKAGE)


def _telling_line(message: str) -> str:
    lines = [re.sub(r"\x1b\[\d*m", "", line).strip() for line in message.splitlines()]
    lines = [line for line in lines if line and not line.startswith(WRAPPERS)]
    for line, following in pairwise(lines):
        if line.endswith("Error encountered:"):
            return following
    return lines[0] if lines else ""
