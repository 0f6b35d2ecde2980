from math import nan

import numpy as np
import pytest

from healthcheck.prechelt import stopping_epochs

FALLING = 1.0 / np.arange(1, 22)
"""Twenty-one points of a training loss that never rests."""


def stops(validation, loss=None, epochs=None):
    validation = np.array(validation, dtype=float)
    at = np.arange(len(validation)) if epochs is None else np.array(epochs)
    return stopping_epochs(at, FALLING[: len(validation)] if loss is None else np.array(loss), validation)


def test_the_best_epoch_is_where_the_validation_loss_is_lowest():
    assert stops([3.0, 2.0, 1.0, 1.01])["best"] == 2.0


def test_gl_stops_where_the_validation_loss_is_five_per_cent_above_its_best_so_far():
    assert stops([2.0, 1.0, 1.04, 1.06, 0.9])["GL"] == 3.0
    assert "GL" not in stops([2.0, 1.0, 1.04, 1.049])


def test_gl_compares_with_the_best_so_far_and_not_with_the_best_to_come():
    assert "GL" not in stops([4.0, 3.0, 2.0, 1.0])


@pytest.mark.parametrize(("last", "stopped"), [(1.6, True), (1.4, False)])
def test_pq_stops_when_the_loss_of_generalization_exceeds_half_of_the_progress(last, stopped):
    # A strip with a mean of 1.1 and a minimum of 1 has made a progress of 1000 * 0.1 = 100;
    # GL is 60 or 40, so the quotient is 0.6 or 0.4.
    found = stops([1.0, 1.0, 1.0, 1.0, last], loss=[1.2, 1.1, 1.0, 1.1, 1.1])
    assert ("PQ" in found) is stopped
    assert found.get("PQ", 4.0) == 4.0


def test_pq_needs_a_whole_strip():
    assert "PQ" not in stops([1.0, 1.0, 1.0, 9.0], loss=[1.2, 1.1, 1.0, 1.1])


def test_up_stops_after_four_strips_whose_validation_loss_rose():
    assert stops(1.0 + 0.001 * np.arange(21))["UP"] == 20.0
    assert "UP" not in stops(1.0 + 0.001 * np.arange(20))


def test_up_begins_anew_when_a_strip_did_not_rise():
    ends = np.repeat([1.0, 1.1, 1.0, 1.1, 1.2, 1.3, 1.4], 5)[4:]
    assert stops(ends, loss=np.ones(31))["UP"] == 30.0


def test_the_epochs_are_those_of_the_points():
    assert stops([1.0, 2.0], epochs=[0, 40]) == {"best": 0.0, "GL": 40.0}


def test_a_curve_that_falls_to_its_end_is_never_stopped():
    assert stops(FALLING) == {"best": 20.0}


def test_a_validation_loss_that_touches_zero_divides_by_nothing():
    assert stops([1.0, 0.0, 0.0, 0.5]) == {"best": 1.0, "GL": 3.0}


@pytest.mark.parametrize("validation", [[], [1.0], [1.0, nan], [nan, nan], [1.0, np.inf]])
def test_without_a_finite_curve_nothing_is_said(validation):
    assert stops(validation) == {}


def test_a_training_loss_that_is_not_a_number_gives_no_quotient():
    found = stops([1.0, 1.0, 1.0, 1.0, 1.6], loss=[1.0, nan, nan, nan, nan])
    assert found == {"best": 0.0, "GL": 4.0}
