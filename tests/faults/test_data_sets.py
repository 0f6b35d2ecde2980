"""Hostile data sets, one fit each, in one script through the real command: a verdict or a refusal for each."""

import json
import subprocess

import pytest
from fault import COMMAND

HEAD = """
import keras, numpy as np, tensorflow as tf
x, y = np.random.rand(48, 3).astype("float32"), np.arange(48) % 2
def model(units):
    made = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(units), keras.layers.Dense(2, activation="softmax")]
    )
    made.compile("sgd", "sparse_categorical_crossentropy")
    return made
plan = {"epochs": 1, "batch_size": 16}
"""

REFUSED = {"not_checked"}
JUDGED = {"healthy", "unhealthy"}
EITHER = REFUSED | JUDGED

CASES = {
    "np.where(np.eye(48, 3), np.nan, x), y": REFUSED,
    "x * np.inf, y": REFUSED,
    "x, y * np.nan": REFUSED,
    "x[:0], y[:0]": REFUSED,
    "x[:1], y[:1]": EITHER,
    "x, y[:40]": REFUSED,
    "x[:, :2], y": REFUSED,
    "x, y * 0": JUDGED,
    "x * 0, y": JUDGED,
    "x, y + 7": EITHER,
    "x, y - 1": EITHER,
    "x * 1e30, y": EITHER,
    "x * 1e-30, y": JUDGED,
    "(x * 9).astype('int64'), y": JUDGED,
    "x > 0.5, y > 0": EITHER,
    "x.astype('float16'), y": JUDGED,
    "tf.cast(x, 'bfloat16'), y": EITHER,
    "x.astype(str), y": REFUSED,
    "x.astype(object), y": EITHER,
    "x.astype('complex64'), y": EITHER,
    "x.astype('M8[s]'), y": REFUSED,
    "tf.RaggedTensor.from_tensor(x), y": EITHER,
    "tf.sparse.from_dense(x), y": EITHER,
    "x, None": REFUSED,
    "None, None": REFUSED,
    "'x', 'y'": REFUSED,
    "x, y, sample_weight=np.full(48, np.nan)": REFUSED,
    "x, y, validation_split=1.5": REFUSED,
    "x, y, class_weight={0: float('nan'), 1: 1.0}": EITHER,
    "iter([]), None": REFUSED,
}
"""The arguments of each fit, and the verdicts that may come of it."""


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory) -> dict[str, set[str]]:
    """Run the script once; return the verdicts on each of its fits."""
    folder = tmp_path_factory.mktemp("data")
    # Models of different sizes, because a configuration that was checked is not checked again.
    lines = [f"model({number + 3}).fit({case}, **plan)" for number, case in enumerate(CASES)]
    (folder / "train.py").write_text("\n".join([HEAD, *lines]))
    (folder / "pyproject.toml").write_text("[tool.healthcheck]\nmax-fits = 100\n")
    words = ["train.py", "--budget", "2s", "--no-experiments", "--format", "json=report.json", "--quiet"]
    done = subprocess.run(
        [*COMMAND, *words], cwd=folder, capture_output=True, text=True, timeout=400, check=False
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    report = json.loads((folder / "report.json").read_text())
    assert "healthcheck itself failed" not in json.dumps(report)
    found: dict[str, set[str]] = {case: set() for case in CASES}
    for subject in report["subjects"]:
        code = subject["source"]["code"] if subject["source"] else ""
        case = code.partition(".fit(")[2].removesuffix(", **plan)")
        found.get(case, set()).add(subject["verdict"])
    return found


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_data_set_has_a_verdict_or_a_refusal_of_its_own(verdicts, case):
    assert verdicts[case]
    assert verdicts[case] <= CASES[case]
