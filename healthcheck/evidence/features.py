"""The columns of the inputs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """An input that is a table of real numbers: one row an example."""

    name: str
    rows: int
    columns: int
    constant: int
    """Columns that hold one and the same value in every row."""
    duplicate: int
    """Columns that vary and equal an earlier column in every row."""
    example: int
    """Index of the first constant or duplicate column; -1 when there is none."""
    distinct: int
    """Columns that remain without those."""
    condition: float
    """Condition number of the correlation matrix of these; NaN where it was not computed."""
    correlation: float
    """Largest absolute correlation of two of them."""
    pair: tuple[int, int]
    """The two."""


@dataclass(frozen=True)
class Features:
    """The inputs, column by column."""

    examples: int
    identical: bool
    """Whether all examples are the same, in all inputs."""
    tables: tuple[Table, ...]
