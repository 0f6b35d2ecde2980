import keras
import pytest
from keras_cases import (
    ACTIVATIONS,
    LAYERS,
    LEFT_OUT,
    LOSSES,
    NO_ACTIVATIONS,
    NO_LOSSES,
    unique,
)

from healthcheck import check_gradients

CASES = {
    f"{kind} {name}": make
    for kind, cases in (("layer", LAYERS), ("activation", ACTIVATIONS), ("loss", LOSSES))
    for name, make in cases.items()
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore:.*mask.*:UserWarning")
def test_no_gradient_of_keras_is_a_mismatch(case):
    keras.utils.set_random_seed(1)
    target, inputs = CASES[case]()
    report = check_gradients(target, *inputs)
    report.assert_ok()
    if report.precision == "float64":
        assert report.disagreement < 1e-6


def test_every_layer_of_keras_is_swept_or_left_out_with_a_reason():
    assert unique(keras.layers) == LAYERS.keys() | LEFT_OUT.keys()
    assert len(LAYERS) + len(ACTIVATIONS) >= 60


def test_every_activation_of_keras_is_swept():
    shipped = {name for name in dir(keras.activations) if not name.startswith("_")}
    assert shipped == ACTIVATIONS.keys() | NO_ACTIVATIONS.keys()


def test_every_loss_of_keras_is_swept():
    swept = {name.split(" ")[0] for name in LOSSES}
    classes = set(unique(keras.losses))
    assert classes == swept | {"Loss"}
    assert len(swept) >= 20
    assert NO_LOSSES.keys() & swept == set()
