"""Whether a loop's length depends on what is computed in it is read off the script."""

import runpy

import pytest

STEP = """
from healthcheck.capture.bounded import is_bounded
said = []
def step():
    said.append(is_bounded())
"""


@pytest.mark.parametrize(
    ("text", "bounded"),
    [
        ("for epoch in range(2):\n    for batch in range(2):\n        step()", True),
        ("for epoch in range(2):\n    step()\n    if epoch % 1 == 0:\n        print(epoch)", True),
        ("for epoch in range(2):\n    step()\n    if said:\n        break", False),
        ("while len(said) < 2:\n    step()", False),
        ("for epoch in range(2):\n    step()\n    optimizer.learning_rate = 0.1", False),
        ("def train():\n    for epoch in range(2):\n        step()\n        if said: return\ntrain()", False),
        ("def train():\n    for epoch in range(2):\n        step()\ntrain()\nwhile False: pass", True),
        (
            "for fold in range(1):\n    def one():\n        for epoch in range(2):\n            step()\n    one()",
            True,
        ),
        ("step()", False),
    ],
)
def test_loops_that_end_by_themselves_are_told_from_those_that_may_not(tmp_path, text, bounded):
    file = tmp_path / "train.py"
    file.write_text(STEP + "class optimizer: pass\n" + text)
    said = runpy.run_path(str(file))["said"]
    assert said[-1] is bounded
