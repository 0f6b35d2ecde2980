"""The edits of which the operators are made."""

import re
from collections.abc import Callable

from mutants.operator import Edit

HIDDEN = r'(?<=activation=)"(?:relu|gelu|tanh)"'
"""The activation of a hidden layer, wherever it is written."""
SHORT_FIT = re.compile(r"^model\.fit\(\s*x_train,\s*y_train,", re.MULTILINE)


def replaced(pattern: str, by: str | Callable[[re.Match[str]], str], most: int = 0) -> Edit:
    """Replace what matches; does not apply where nothing does."""

    def edit(text: str) -> str | None:
        changed, count = re.subn(pattern, by, text, count=most, flags=re.MULTILINE)
        return changed if count else None

    return edit


def before_fit(code: str) -> Edit:
    """Put a line that changes `x_train`, `y_train`, `x_test` or `y_test` just before the fit."""
    numpy = "import numpy as np\n" if "np." in code else ""

    def edit(text: str) -> str | None:
        if not SHORT_FIT.search(text):
            return None
        missing = "" if "import numpy as np" in text else numpy
        return re.sub(r"^model\.fit\(", f"{missing}{code}\nmodel.fit(", text, flags=re.MULTILINE)

    return edit


def every(*edits: Edit) -> Edit:
    """Make all of the edits, or none."""

    def edit(text: str) -> str | None:
        for one in edits:
            changed = one(text)
            if changed is None:
                return None
            text = changed
        return text

    return edit


def any_of(*edits: Edit) -> Edit:
    """Make those of the edits that apply."""

    def edit(text: str) -> str | None:
        changed = text
        for one in edits:
            changed = one(changed) or changed
        return changed if changed != text else None

    return edit


def where(pattern: str, edit: Edit) -> Edit:
    """Edit only scripts in which the pattern occurs."""
    return lambda text: edit(text) if re.search(pattern, text, re.MULTILINE) else None


def hidden_argument(argument: str) -> Edit:
    """Give every hidden layer one more argument."""
    plain = replaced(r', kernel_(?:initializer|regularizer)=[\w"]+', "")
    return every(
        lambda text: plain(text) or text, replaced(r'(activation="(?:relu|gelu|tanh)")', rf"\1, {argument}")
    )


def scaled_rate(factor: float) -> Edit:
    """Multiply the optimizer's rate, or the schedule's."""

    def scaled(match: re.Match[str]) -> str:
        # Keras takes no whole number for a rate.
        return f"{match[1]}{float(f'{float(match[2]) * factor:.6g}')}"

    return replaced(r"^((?!pre).*(?:optimizers\.\w+|schedules\.\w+)\()(\d[\d.e-]*)", scaled)
