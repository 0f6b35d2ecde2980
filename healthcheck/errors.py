"""The one exception that means "we could not look"."""

from typing import Any


class HealthcheckError(Exception):
    """We could not check: the message says what was found, where, and what to do.

    It always ends in exit code 2 and one clear sentence, never in a traceback of ours.
    """

    source: Any = None
    """The line at fault, a `Source` of the report, where one is known."""
