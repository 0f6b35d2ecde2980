"""Strictly, a rule that could not decide fails its test."""

import pytest
from projects import ILL

FEW_EPOCHS = ILL.replace("np.full((64, 1), 3.0)", "x[:, :1] > 0")
SELECT = "--healthcheck-select=overfitting"


@pytest.mark.parametrize(
    ("option", "outcome"), [((), {"skipped": 1}), (("--healthcheck-strict",), {"failed": 1})]
)
def test_what_could_not_be_decided_is_skipped_or_strictly_fails(repository, pytester, option, outcome):
    script = FEW_EPOCHS.replace("epochs=5", "epochs=5, validation_split=0.5")
    repository(["few.py"], few=script)
    result = pytester.runpytest_subprocess(SELECT, "-rs", *option)
    result.assert_outcomes(passed=1, **outcome)
    result.stdout.fnmatch_lines(["*5.0 epochs; 10 are needed*"])


def test_the_folder_of_the_reports_can_stand_in_the_settings(repository, pytester):
    repository(["ill.py"], ill=ILL)
    file = pytester.path / "pyproject.toml"
    file.write_text(file.read_text().replace("[tool.healthcheck]", '[tool.healthcheck]\noutput = "ci/model"'))
    pytester.runpytest_subprocess()
    assert (pytester.path / "ci/model/report.html").is_file()
