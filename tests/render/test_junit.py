"""JUnit XML, read back by a program of its own."""

from generated import crowded_report
from junitparser import Error, Failure, JUnitXml, Skipped
from reports import REPORTS

from healthcheck.render.junit import render_junit


def cases(name: str) -> dict:
    return {case.name: case for suite in JUnitXml.fromstring(written(name)) for case in suite}


def written(name: str) -> bytes:
    return render_junit(REPORTS[name]).encode()


def test_each_status_becomes_what_junit_has_for_it():
    found = cases("sick")
    kinds = {name: [type(result) for result in case.result] for name, case in found.items()}
    assert kinds == {
        "vanishing-gradients": [Failure],
        "loss-not-decreasing": [Failure],
        "training-too-short": [],
        "gradient-noise": [],
        "gradient-mismatch": [],
        "input-ignored": [],
        "dead-units": [Skipped],
        "overfitting": [Skipped],
    }
    assert found["dead-units"].result[0].message.startswith("not applicable: no layer has")
    assert found["overfitting"].result[0].message.startswith("inconclusive: the budget of 60 s")


def test_a_failure_tells_line_remedy_and_proof_of_every_layer():
    (failure,) = cases("sick")["vanishing-gradients"].result
    assert failure.message.startswith("the gradient reaching layer 'dense' is 3.1e-05")
    for line in (12, 13, 14):
        assert f'examples/circles_sigmoid.py:{line}: model.add(layers.Dense(5, activation="sigmoid"))' in (
            failure.text
        )
    assert "use ReLU with He initialization\n  loss after 2,500 steps 0.693 → 0.0412" in failure.text


def test_a_warning_passes_and_is_told():
    case = cases("sick")["training-too-short"]
    assert case.is_passed
    assert case.system_out.startswith("warn: training and validation loss are still falling")


def test_what_could_not_be_checked_is_an_error_with_its_line():
    case = cases("not_checked")["not-checkable"]
    (error,) = case.result
    assert isinstance(error, Error)
    assert "FileNotFoundError" in error.message
    assert error.text.startswith("train.py:8: frame = pandas.read_csv")


def test_a_report_without_models_is_an_error_and_not_an_empty_success():
    suites = JUnitXml.fromstring(written("nothing"))
    assert (suites.tests, suites.errors) == (1, 1)


def test_control_characters_do_not_reach_the_file():
    text = written("hostile").decode()
    assert all(character == "\n" or character.isprintable() for character in text)
    assert JUnitXml.fromstring(text.encode()).tests == 1


def test_five_thousand_findings_are_told_up_to_a_hundred_for_each_rule():
    suites = JUnitXml.fromstring(render_junit(crowded_report(5000)).encode())
    texts = [case.result[0].text for suite in suites for case in suite]
    assert len(texts) == 7
    assert all(text.count("\n\n") == 100 and "\n\n... and 6" in text for text in texts)
