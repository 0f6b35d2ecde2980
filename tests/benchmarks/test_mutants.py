"""The scripts of the diagnosis benchmark as texts, and what makes a mutant count as ill."""

import ast
import math
import subprocess
import sys

import pytest

from healthcheck.registry import installed_rules
from mutants import mutants, operators
from verdicts.cases import Script, zoo
from verdicts.goal import Goal, goal_of
from verdicts.harm import Trained, hurts
from verdicts.plain import Ending

FIT = 'model.compile("sgd", loss="mse")\nmodel.fit(x_train, y_train, epochs=5)\n'


@pytest.fixture(scope="module")
def made():
    return mutants()


def test_there_are_enough_scripts_and_mutants_to_measure_with(made):
    assert len(zoo()) >= 22
    assert len(operators()) >= 20
    assert len(made) >= 170
    assert len({mutant.name for mutant in made}) == len(made)


def test_every_healthy_script_takes_its_seed_and_says_what_it_reaches():
    for script in zoo():
        assert "keras.utils.set_random_seed(seed)" in script.text, script.name
        assert '"--seed"' in script.text, script.name
        assert script.goal or "# reaches: none" in script.text, script.name


def test_every_operator_applies_somewhere():
    scripts = zoo()
    assert not [operator.name for operator in operators() if not operator.mutants(scripts)]


def test_every_mutant_is_a_program_that_differs_from_its_script(made):
    texts = {script.name: script.text for script in zoo()}
    for mutant in made:
        ast.parse(mutant.text)
        assert mutant.text != texts[mutant.original], mutant.name
        assert mutant.goal == goal_of(texts[mutant.original]), mutant.name


def test_every_mutant_states_rules_that_exist_and_lines_of_its_own(made):
    rules = installed_rules()
    for mutant in made:
        assert rules.keys() >= set(mutant.expected), mutant.name
        assert mutant.lines, mutant.name
        assert set(range(1, len(mutant.text.splitlines()) + 1)) >= mutant.lines, mutant.name


def test_an_operator_knows_the_edited_lines_and_those_of_compile_and_fit():
    (operator,) = [one for one in operators() if one.name == "frozen"]
    header = "# reaches: val_accuracy 0.9, by chance 0.1\n"
    (mutant,) = operator.mutants([Script("tiny", header + FIT)])
    assert mutant.text.splitlines()[1] == "model.trainable = False"
    assert mutant.lines == {2, 3, 4}


@pytest.mark.parametrize(
    ("goal", "value", "skill"),
    [
        (Goal("val_accuracy", 0.9, 0.1), 0.55, 0.5),
        (Goal("val_mae", 0.3, 0.8), 0.4, 0.5),
        (Goal("val_mae", 0.3, 0.8), 1.6, -1.0),
        (Goal("val_mae", 0.3, 0.8), math.nan, -math.inf),
        (Goal("val_mae", 0.3, 0.8), math.inf, -math.inf),
    ],
)
def test_skill_is_zero_by_chance_and_one_for_perfection(goal, value, skill):
    assert goal.skill(value) == pytest.approx(skill)


def test_a_training_that_raised_has_no_skill():
    script = Script("tiny", "# reaches: val_accuracy 0.9, by chance 0.1\n")
    raised = Ending("tiny", 0, {"val_accuracy": [0.9], "val_loss": [1.0]}, 1.0, "ValueError: no")
    assert Trained.from_ending(raised, script).skill == -1
    good = Ending("tiny", 0, {"val_accuracy": [0.5, 1.0], "val_loss": [1.0, 1.25]}, 1.0, "")
    assert Trained.from_ending(good, script) == Trained(skill=1.0, rise=0.25)


def test_a_mutant_hurts_when_it_is_worse_from_every_seed():
    mutant = Script("a--b", "", original="a", harm="skill")
    healthy = {0: Trained(0.9, 0), 1: Trained(0.9, 0)}
    assert hurts(mutant, healthy, {0: Trained(0.5, 0), 1: Trained(0.8, 0)}) is True
    assert hurts(mutant, healthy, {0: Trained(0.5, 0), 1: Trained(0.88, 0)}) is False
    assert hurts(mutant, healthy, {}) is None


def test_a_mutant_that_overfits_hurts_by_its_validation_loss():
    mutant = Script("a--b", "", original="a", harm="overfits")
    healthy, ill = {0: Trained(0.9, 0.1)}, {0: Trained(0.9, 0.5)}
    assert hurts(mutant, healthy, ill) is True
    assert hurts(mutant, ill, ill) is False
    assert hurts(mutant, healthy, healthy) is False


def test_a_fact_hurts_unmeasured():
    assert hurts(Script("a--b", "", original="a", harm="fact"), {}, {}) is True


def test_plain_training_knows_nothing_of_the_tool(benchmarks):
    code = "import sys, verdicts.plain, verdicts.harm; sys.exit('healthcheck' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=benchmarks, check=True)
