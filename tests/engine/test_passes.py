"""Moments by blocks against those of the whole, and pieces against the whole training data."""

import numpy as np
import pytest

from healthcheck import passes
from healthcheck.passes import blocks, mean_and_std
from healthcheck.probes import feed
from healthcheck.probes.bench import Bench
from healthcheck.schedule import Schedule

TRAINED = """
    model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="tanh"), layers.Dense(1)])
    model.compile("adam", "mse")
    x = random.normal(size=(90, 4))
    model.fit(x, x[:, :1] * x[:, 1:2], epochs=3, batch_size=16)
"""


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(passes, "BLOCK_BYTES", 64)


@pytest.mark.parametrize("dtype", ["float32", "float16", "uint8", "int64", "bool"])
@pytest.mark.usefixtures("small_blocks")
def test_mean_and_deviation_are_those_of_numpy(dtype):
    array = (np.random.default_rng(0).normal(size=(57, 3, 2)) * 50 + 100).astype(dtype)
    mean, std = mean_and_std(array, 2)
    rows = array.reshape(-1, 2).astype("float64")
    np.testing.assert_allclose(mean, rows.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(std, rows.std(axis=0), rtol=1e-12, atol=1e-12)


@pytest.mark.usefixtures("small_blocks")
def test_a_constant_has_no_deviation_however_it_is_rounded():
    _, std = mean_and_std(np.full((1001, 1), 0.1, "float64"), 1)
    assert std.tolist() == [0.0]


def test_no_rows_have_no_moments():
    assert np.isnan(mean_and_std(np.zeros((0, 2)), 2)).all()


@pytest.mark.usefixtures("small_blocks")
def test_blocks_cover_every_row_once():
    array = np.zeros((50, 3))
    rows = [row for block in blocks(array) for row in range(50)[block]]
    assert rows == list(range(50))


def test_steps_on_pieces_are_those_on_the_whole(capture, monkeypatch):
    ((subject,), _, _) = capture(TRAINED)
    bench = Bench(subject, 0, float("inf"))
    whole = np.concatenate(bench.train(0, measured=5).step_losses)
    bench.begin(0)
    monkeypatch.setattr(feed, "MAX_WHOLE_BYTES", 0)
    monkeypatch.setattr(feed, "MAX_PIECE_BYTES", 40 * subject.train.row_bytes)
    pieces = Bench(subject, 0, float("inf"), bench.traced)
    np.testing.assert_array_equal(np.concatenate(pieces.train(0, measured=5).step_losses), whole)


def test_epochs_shorter_than_the_data_go_on_where_the_last_one_ended():
    slots = Schedule(10, 2, 2, shuffle=False, seed=0).epochs(0, 4)
    assert [slots.rows[a:b].tolist() for a, b in zip(slots.starts, slots.ends, strict=True)] == [
        [0, 1], [2, 3], [4, 5], [6, 7], [8, 9], [0, 1], [2, 3], [4, 5]
    ]  # fmt: skip


def test_shuffled_epochs_shorter_than_the_data_show_every_example_before_any_twice():
    slots = Schedule(12, 2, 2, shuffle=True, seed=0).epochs(0, 3)
    shown = np.concatenate([slots.rows[a:b] for a, b in zip(slots.starts, slots.ends, strict=True)])
    assert sorted(shown.tolist()) == list(range(12))
