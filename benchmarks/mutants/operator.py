"""What a mutation operator is: an edit of a script's text, and the truth about what it does."""

import ast
import difflib
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from verdicts.cases import Script

Edit = Callable[[str], str | None]
"""From a script's text to the mutant's; None where it does not apply."""
Place = Literal["edit", "compile", "fit", "first layer", "output layer", "layers"]
LAYER = re.compile(
    r"layers\.(?:Dense|Conv\w+|LSTM|GRU|Embedding|BatchNormalization|Normalization|LayerNormalization)\("
)


@dataclass(frozen=True)
class Operator:
    """One kind of mistake."""

    name: str
    rules: tuple[str, ...]
    """That name the mistake; the first says it best."""
    edit: Edit
    at: tuple[Place, ...] = ("edit",)
    """Where a finding about it may point."""
    harm: Literal["skill", "overfits", "fact"] = "skill"
    """How it hurts: the final skill falls, the validation loss rises again, or nobody needs to measure."""
    most: int = 7
    """How many scripts it is applied to."""

    def mutants(self, scripts: Iterable[Script]) -> list[Script]:
        """Apply the operator to some of the scripts to which it can be applied; always the same ones."""
        ranked = sorted(
            scripts, key=lambda script: hashlib.sha256(f"{self.name} {script.name}".encode()).digest()
        )
        edited = ((script, self.edit(script.text)) for script in ranked if script.goal)
        made = [self._mutant(script, text) for script, text in edited if text and text != script.text]
        return sorted(made[: self.most], key=lambda mutant: mutant.name)

    def _mutant(self, script: Script, text: str) -> Script:
        lines = frozenset[int]().union(*(_lines(place, script.text, text) for place in self.at))
        name = f"{script.name}--{self.name}"
        return Script(name, text, self.rules, lines, original=script.name, harm=self.harm)


def _lines(place: Place, original: str, text: str) -> set[int]:
    if place == "edit":
        matcher = difflib.SequenceMatcher(None, original.splitlines(), text.splitlines(), autojunk=False)
        return {
            line + 1
            for kind, _, _, first, last in matcher.get_opcodes()
            for line in range(first, last)
            if kind != "equal"
        }
    if place in ("compile", "fit"):
        return _statement(text, place)
    layers = [number for number, line in enumerate(text.splitlines(), 1) if LAYER.search(line)]
    return set({"first layer": layers[:1], "output layer": layers[-1:], "layers": layers}[place])


def _statement(text: str, method: str) -> set[int]:
    """Return the lines of the last statement that calls this method of the model."""
    calls = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
    ]
    last = max(calls, key=lambda call: call.lineno)
    return set(range(last.lineno, (last.end_lineno or last.lineno) + 1))
