"""Mutation operators: each plants one mistake, with the rules that name it and the lines where it stands."""

from itertools import zip_longest

from mutants import architecture, data, initialization, optimization, outputs
from mutants.operator import Operator
from verdicts.cases import Script, zoo


def operators() -> list[Operator]:
    """Return every operator."""
    modules = (data, outputs, optimization, initialization, architecture)
    return [operator for module in modules for operator in module.OPERATORS]


def mutants() -> list[Script]:
    """Return every mutant: first one of each operator, then a second of each, and so on."""
    scripts = zoo()
    rounds = zip_longest(*(operator.mutants(scripts) for operator in operators()))
    return [mutant for one in rounds for mutant in one if mutant]
