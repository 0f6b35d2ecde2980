"""Constant or duplicate features."""

from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Data, Features, Table
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule


class ConstantOrDuplicateFeatures(Rule):
    """A column that is the same in every row, or a copy of another, tells the model nothing.

    Examples that are all the same cannot be told apart, so nothing but a constant can be
    learned: the usual cause is a conversion that went wrong, such as an integer division
    of pixels by 255. Some constant columns are harmless (the margins of images, classes that
    never occur) and are information; when they are most of a table, something was lost
    on the way.

    **What to do.** Print a few rows of what goes into `fit`, and look at the dtype. Drop
    the columns that do not vary: `x = x[:, x.std(axis=0) > 0]`.

    **What this cannot see.** Columns that vary, but not with the target. Tokens, images and
    sequences are only asked whether all examples are the same.

    One comparison per table, every entry is read and nothing is estimated, so there is no
    chance to correct for. The limit is our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    max_useless: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Largest share of a table's columns that may be constant or copies."""
    min_examples: Annotated[int, Field(ge=2)] = 16
    """Fewest examples from which a column is called constant."""

    def check(self, features: Features, data: Data) -> Result:
        """Look at all examples together, then at the columns of each table."""
        if features.examples < self.min_examples:
            return Inconclusive(
                f"{features.examples} examples; {self.min_examples} are needed to call a column constant"
            )
        if features.identical:
            return self._identical(features, data)
        return [self._finding(table) for table in features.tables if table.constant or table.duplicate]

    def _identical(self, features: Features, data: Data) -> Result:
        if all(array.std <= 0 for array in data.arrays if array.name.startswith("y")):
            return []
        return [
            Finding(
                place="fit",
                claim=Claim.FACT,
                message=f"all {features.examples:,} examples have the same inputs, but not the same targets",
                measured=1.0,
                limit=self.max_useless,
            )
        ]

    def _finding(self, table: Table) -> Finding:
        useless = table.constant + table.duplicate
        share = useless / table.columns
        kinds = ((table.constant, "constant"), (table.duplicate, "copies of others"))
        is_much = not share <= self.max_useless
        what = " and ".join(f"{count} are {kind}" for count, kind in kinds if count)
        return Finding(
            place="fit",
            claim=Claim.ADVICE if is_much else Claim.NOTE,
            message=f"of the {table.columns} columns of {table.name}, {what}, the first is {table.example}",
            measured=share,
            limit=self.max_useless if is_much else None,
        )
