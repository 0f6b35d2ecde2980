"""What flows through the layers, against a model whose values are known by hand."""

import keras
import numpy as np
import pytest

from healthcheck.evidence import Inputs
from healthcheck.evidence.signals import Signals
from healthcheck.pictures import pictures
from healthcheck.probes.bench import Bench
from healthcheck.probes.first import first_inputs
from healthcheck.probes.training import probe, signals
from healthcheck.subject import Examples, Subject

X = np.array([[1.0], [2.0], [3.0], [6.0]], "float32")


@pytest.fixture(scope="module")
def measured():
    """Two layers that pass on their input, trained towards zero at a rate that changes nothing."""
    pass_on = {"use_bias": False, "kernel_initializer": "ones"}
    model = keras.Sequential([keras.Input((1,)), *(keras.layers.Dense(1, **pass_on) for _ in range(2))])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    model.optimizer.build(model.trainable_variables)
    bench = Bench(Subject("model", model, Examples(X, np.zeros((4, 1), "float32")), 4, 3, 1), 0, np.inf)
    _, run = probe(bench)
    return signals(bench, run)


def test_the_activations_have_the_standard_deviation_of_what_passes_through(measured):
    assert len(measured.layers) == 2
    np.testing.assert_allclose(measured.activation_std, np.full((3, 2), X.std()), rtol=1e-6)


def test_the_back_propagated_signal_is_the_derivative_of_the_loss(measured):
    by_hand = 2 * X / len(X)
    np.testing.assert_allclose(measured.signal_rms, np.sqrt(np.mean(by_hand**2)), rtol=1e-6)


def test_the_picture_shows_the_first_and_the_last_measured_step(measured):
    grown = Signals(measured.layers, measured.activation_std * [[1], [2], [3]], measured.signal_rms)
    drawn = pictures({Signals: grown}).signals
    assert [signal.layer for signal in drawn] == list(measured.layers)
    assert drawn[0].activation_std_end == pytest.approx(3 * drawn[0].activation_std_start, rel=1e-5)


def test_a_feature_is_shown_from_its_smallest_to_its_largest_value_and_standardized():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    inputs = first_inputs(model, np.concatenate([X, 10 * X], axis=1))
    drawn = pictures({Inputs: inputs}).features
    assert drawn is not None
    assert (drawn.features, drawn.low, drawn.high) == (2, [1.0, 10.0], [6.0, 60.0])
    assert drawn.standardized_high == pytest.approx([(6 - X.mean()) / X.std()] * 2, rel=1e-5)


def test_what_was_not_measured_is_not_drawn():
    drawn = pictures({})
    assert (drawn.curves, drawn.layers, drawn.signals, drawn.features) == ([], [], [], None)
