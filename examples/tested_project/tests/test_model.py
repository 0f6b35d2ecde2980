"""The health of a model as tests: run `pytest` in this project's folder.

The targets of pyproject.toml, `train.py` and `model.py::build_model`, are checked as well.
"""

import pytest
from model import build_model, load_data


def test_the_model_can_learn(healthcheck):
    (x, y), validation = load_data()
    report = healthcheck(build_model(), x, y, validation_data=validation, epochs=30)
    report.assert_healthy()


@pytest.mark.healthcheck(select=["architecture", "gradients"], budget="20s")
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_any_activation_fits_loss_and_labels(activation):
    (x, y), _ = load_data()
    return build_model(activation), {"x": x, "y": y, "epochs": 5}
