"""Put something in place of an attribute for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Replace an attribute inside the block; an inherited one is inherited again afterwards."""
    own = name in vars(owner)
    kept = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if own:
            setattr(owner, name, kept)
        else:
            delattr(owner, name)


def defining(kind: type, name: str) -> type:
    """Return the class among `kind` and its bases that defines an attribute.

    Replaced there, it does not look overridden to Keras, which would not compile what it loads from a file.
    """
    return next(base for base in kind.__mro__ if name in vars(base))
