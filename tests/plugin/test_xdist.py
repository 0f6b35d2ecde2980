"""With several processes each target is still probed once."""

import json

import pytest
from projects import FACTORY, ILL

pytest.importorskip("xdist")


@pytest.mark.parametrize(
    ("mode", "target"),
    [
        ("load", "ill:build"),
        pytest.param("loadscope", "ill.py", marks=pytest.mark.slow),
        pytest.param("loadfile", "ill.py", marks=pytest.mark.slow),
        pytest.param("loadgroup", "ill.py", marks=pytest.mark.slow),
        ("worksteal", "ill.py::build"),
        ("each", "ill.py"),
    ],
)
def test_each_target_is_probed_once_in_every_distribution_mode(repository, pytester, mode, target):
    folder = repository([target], ill=ILL if target == "ill.py" else FACTORY)
    result = pytester.runpytest_subprocess("-n2", f"--dist={mode}")
    times = 2 if mode == "each" else 1
    result.assert_outcomes(passed=2 * times, failed=times)
    node = target.replace("ill:", "ill.py::")
    result.stdout.fnmatch_lines([f"FAILED {node}::healthcheck::target-out-of-range*"])
    assert (folder / "runs.txt").read_text() == "run\n"
    assert result.stdout.str().count(f"{target}: unhealthy; 3 rules: 1 failed, 2 passed; ") == 1
    report = json.loads((folder / "healthcheck-report" / "report.json").read_text())
    assert [subject["target"] for subject in report["subjects"]] == [target]
