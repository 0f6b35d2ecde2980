"""Mutation operators: each plants one mistake, with the rules that name it and the lines where it stands."""

from mutants import architecture, data, initialization, optimization, outputs
from mutants.operator import Operator
from verdicts.cases import Script, zoo


def operators() -> list[Operator]:
    """Return every operator."""
    modules = (data, outputs, optimization, initialization, architecture)
    return [operator for module in modules for operator in module.OPERATORS]


def mutants() -> list[Script]:
    """Return every mutant of the healthy scripts."""
    scripts = zoo()
    return [mutant for operator in operators() for mutant in operator.mutants(scripts)]
