"""Batches that do not fit into memory."""

import numpy as np
import pytest
import tensorflow as tf

from healthcheck.probes.room import in_batches_of, with_room
from healthcheck.subject import Examples, Subject

CROWDED = """
class Crowded(layers.Layer):
    def call(self, x, training=None):
        def refuse(values):
            if len(values) > 64:
                raise MemoryError("no room")
            return values

        if training:
            same = tf.numpy_function(refuse, [x], x.dtype, stateful=False)
            x += 0.0 * tf.stop_gradient(tf.ensure_shape(same, x.shape))
        return x

random = np.random.default_rng(0)
x = random.normal(size=(300, 2)).astype("float32")
y = (x[:, 0] > 0).astype(int)
hidden = layers.Dense(8, "relu")
model = keras.Sequential([keras.Input((2,)), hidden, Crowded(), layers.Dense(1, "sigmoid")])
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
model.fit(x, y, batch_size=128, epochs=40)
"""


def room_for(most):
    def attempt(size):
        if size > most:
            raise tf.errors.ResourceExhaustedError(None, None, "no room")
        return size

    return attempt


@pytest.mark.parametrize(("size", "most", "found"), [(32, 32, 32), (32, 31, 16), (100, 7, 6), (5, 1, 1)])
def test_a_batch_is_halved_until_there_is_room(size, most, found):
    assert with_room(size, room_for(most)) == found


def test_without_room_for_one_example_the_error_is_told():
    with pytest.raises(tf.errors.ResourceExhaustedError):
        with_room(32, room_for(0))


@pytest.mark.parametrize(
    ("count", "batch", "steps", "size", "expected"),
    [(100, 64, 2, 32, 4), (65, 64, 2, 32, 3), (1000, 10, 7, 5, 14), (300, 32, 10, 8, 38)],
)
def test_an_epoch_keeps_its_examples(count, batch, steps, size, expected):
    subject = Subject("m", None, Examples(np.zeros((count, 1))), batch, 1, steps)
    smaller = in_batches_of(subject, size)
    assert (smaller.batch_size, smaller.steps_per_epoch) == (size, expected)
    assert smaller.notes == (
        f"batches of {batch} do not fit into the memory: checked with batches of {size}",
    )


def test_a_subject_with_room_stays_as_it_is():
    subject = Subject("m", None, Examples(np.zeros((4, 1))), 2, 1, 2)
    assert in_batches_of(subject, 2) is subject


def test_a_check_that_runs_out_of_memory_goes_on_with_smaller_batches(check_script):
    (report,) = check_script("import tensorflow as tf\n" + CROWDED)
    assert report.verdict == "healthy"
    assert report.plan.startswith("40 epochs of 5 steps, batch size 64")
    assert "batches of 128 do not fit into the memory: checked with batches of 64" in report.notes
