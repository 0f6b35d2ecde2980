"""Remedies of the data and of the start, each against what it promises."""

import numpy as np
import pytest

from healthcheck.probes.bench import Bench
from healthcheck.probes.normalizers import is_adapted
from healthcheck.remedies import AdaptNormalization, NeutralOutput, Shuffle, StandardizeTargets
from healthcheck.subject import path_of

SCRIPT = """
    normalization = layers.Normalization()
    model = keras.Sequential([keras.Input((3,)), normalization, layers.Dense(4), layers.Dense(2)])
    model.compile("sgd", "mse")
    x = random.normal(50.0, 7.0, size=(64, 3))
    model.fit(x, x[:, :2] * 9, validation_data=(x[:8], x[:8, :2] * 9), shuffle=False)
"""


@pytest.fixture
def subject(capture):
    ((subject,), _, _) = capture(SCRIPT)
    return subject


def test_shuffling_draws_an_order_and_keeps_the_examples(subject):
    with Shuffle().applied(subject) as twin:
        rows = Bench(twin, 0, float("inf")).schedule(0).epochs(0, 1).rows
        assert sorted(rows) == list(range(64))
        assert list(rows) != sorted(rows)
        assert twin.train is subject.train


def test_standardized_targets_have_mean_zero_and_deviation_one(subject):
    with StandardizeTargets().applied(subject) as twin:
        np.testing.assert_allclose(twin.train.y.mean(axis=0), 0.0, atol=1e-5)
        np.testing.assert_allclose(twin.train.y.std(axis=0), 1.0, atol=1e-5)
        np.testing.assert_allclose(twin.validation.y, twin.train.y[:8])
        np.testing.assert_array_equal(twin.train.x, subject.train.x)


def test_targets_of_several_outputs_are_left_alone(capture):
    ((subject,), _, _) = capture("""
    x = keras.Input((3,))
    model = keras.Model(x, [layers.Dense(1)(x), layers.Dense(1)(x)])
    model.compile("sgd", "mse")
    model.fit(np.ones((8, 3)), [np.ones(8), np.ones(8)])
    """)
    with StandardizeTargets().applied(subject) as twin:
        assert twin is None


def test_adapting_normalizes_and_is_taken_back(subject):
    layer = subject.model.layers[0]
    with AdaptNormalization().applied(subject) as twin:
        made = np.asarray(layer(twin.train.x))
        np.testing.assert_allclose(made.mean(axis=0), 0.0, atol=1e-4)
        np.testing.assert_allclose(made.std(axis=0), 1.0, atol=1e-4)
    assert not is_adapted(layer)
    np.testing.assert_allclose(layer(subject.train.x), subject.train.x)


def test_a_neutral_output_starts_at_zero_on_every_seed(subject):
    last = subject.model.layers[-1]
    with NeutralOutput((path_of(last),)).applied(subject) as twin:
        bench = Bench(twin, 0, float("inf"))
        for index in (0, 1):
            bench.begin(index)
            assert not np.asarray(last.kernel).any()
            assert np.asarray(subject.model.layers[1].kernel).any()


def test_an_output_layer_that_was_loaded_is_kept(capture):
    ((subject,), _, _) = capture(
        SCRIPT.replace("x = random", "model.layers[-1].kernel.assign(np.ones((4, 2)))\n    x = random")
    )
    with NeutralOutput((path_of(subject.model.layers[-1]),)).applied(subject) as twin:
        assert twin is None


@pytest.mark.parametrize(
    "remedy", [Shuffle(), StandardizeTargets(), AdaptNormalization(), NeutralOutput(("out",))]
)
def test_every_remedy_says_what_to_do_and_how_to_write_it(remedy):
    assert remedy.name[0].islower()
    assert remedy.code
