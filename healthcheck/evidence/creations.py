"""What the model makes anew at every call."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Creations:
    """Layers with variables, and variables, that a call of the built model made."""

    layers: tuple[tuple[str, str], ...]
    """Path, by which the line is known, and what was made: the name of the layer's class, or `variable`."""
