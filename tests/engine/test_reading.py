"""What is read of data that comes in batches: as much as is needed, once, and never more than planned."""

from itertools import count

import keras
import numpy as np
import pytest
import tensorflow as tf

from healthcheck.capture.reading import Bounds, from_batches
from healthcheck.errors import HealthcheckError

ENOUGH = Bounds(64, 60.0)
X, Y = np.arange(40, dtype="float32")[:, None], np.arange(40) % 3


def pipeline(x=X, y=Y):
    return tf.data.Dataset.from_tensor_slices((x, y))


def read(data, steps=None, epochs=3, bounds=ENOUGH):
    return from_batches(data, "the data", steps, epochs, bounds)


class Counted:
    """A generator of batches that knows how many were taken."""

    def __init__(self, batches=10**9, rows=4):
        self.taken = 0
        self.batches, self.rows = batches, rows

    def __call__(self):
        for number in range(self.batches):
            self.taken += 1
            x = np.arange(2 * self.rows, dtype="float32").reshape(self.rows, 2) + 10_000 * number
            yield x, np.ones(self.rows)


class Batches(keras.utils.PyDataset):
    """Ten batches of four, of which each pass gives others when `drawn`."""

    def __init__(self, drawn=False):
        super().__init__(workers=2)
        self.drawn, self.passes, self.asked = drawn, 0, []

    def __len__(self):
        return 10

    def __getitem__(self, index):
        self.asked.append(index)
        return X[4 * index : 4 * index + 4] + 100 * self.passes * self.drawn, Y[4 * index : 4 * index + 4]

    def on_epoch_end(self):
        self.passes += 1


def test_a_finite_pipeline_is_held_once_in_its_order():
    got = read(pipeline().batch(16))
    np.testing.assert_array_equal(got.examples.x, X)
    np.testing.assert_array_equal(got.examples.y, Y)
    assert (got.batch_size, got.steps, got.complete, got.notes) == (16, 3, True, ())


@pytest.mark.parametrize(
    "data",
    [
        pipeline().repeat().batch(8),
        pipeline().batch(8).repeat(),
        pipeline().shuffle(40, seed=1).repeat().batch(8),
        pipeline().batch(8).cache().prefetch(2).repeat(),
    ],
    ids=["repeated", "batched", "shuffled", "cached"],
)
def test_a_pipeline_without_end_is_read_until_it_comes_round(data):
    got = read(data, steps=4, epochs=50)
    assert (got.examples.count, got.steps, got.complete) == (40, 4, True)
    np.testing.assert_array_equal(np.sort(got.examples.x, axis=0), X)


def test_a_pipeline_that_draws_anew_is_read_for_as_many_passes_as_are_planned():
    passes = count()

    def examples():
        yield from zip(X + 100 * next(passes), Y, strict=True)

    signature = (tf.TensorSpec((1,), "float32"), tf.TensorSpec((), "int64"))
    got = read(tf.data.Dataset.from_generator(examples, output_signature=signature).batch(8), epochs=4)
    assert (got.examples.count, got.steps, got.complete) == (160, 5, True)


def test_a_pipeline_of_few_different_examples_is_not_taken_to_have_come_round():
    corners = pipeline(np.array([[0.0], [1.0]] * 20, "float32"), np.zeros(40)).batch(8).repeat()
    assert read(corners, steps=10, epochs=3).examples.count == 240


def test_an_endless_pipeline_without_a_number_of_steps_is_refused():
    with pytest.raises(HealthcheckError, match=r"the data never ends, and `fit` says no number of steps"):
        read(pipeline().batch(8).repeat())


def test_a_generator_gives_no_batch_more_than_the_training_would_take():
    source = Counted()
    got = read(source(), steps=6, epochs=2)
    assert (source.taken, got.examples.count, got.steps, got.complete) == (12, 48, 6, True)


def test_reading_stops_at_the_bound_of_bytes_and_says_so():
    source = Counted(rows=1000)
    got = read(source(), steps=10**6, epochs=5, bounds=Bounds(1, 60.0))
    assert source.taken == 88  # of 12,000 bytes each, the targets of float64 being cast
    assert not got.complete
    assert got.notes[0] == "only the first 88,000 examples of the data were read"


def test_reading_stops_at_the_bound_of_seconds():
    source = Counted()
    got = read(source(), steps=10**6, epochs=5, bounds=Bounds(64, 0.0))
    assert (source.taken, got.complete) == (1, False)


def test_a_generator_that_ends_ends_the_training():
    got = read(Counted(batches=7)(), steps=3, epochs=5)
    assert (got.examples.count, got.steps, got.epochs, got.complete) == (28, 3, 2, True)
    assert got.notes == ("the generator ends after 7 batches, and the training with it",)
    assert read(Counted(batches=7)(), epochs=5).epochs == 1


def test_a_dataset_of_batches_is_asked_for_each_once_and_for_the_first_again():
    data = Batches()
    got = read(data, epochs=5)
    assert data.asked == [*range(10), 0]
    assert (got.examples.count, got.steps, got.batch_size) == (40, 10, 4)


def test_a_dataset_that_draws_anew_is_read_for_every_planned_epoch():
    data = Batches(drawn=True)
    got = read(data, epochs=3)
    assert (got.examples.count, got.steps, len(data.asked)) == (120, 10, 30)


def test_batches_of_different_lengths_are_padded_and_a_note_says_so():
    ragged = tf.data.Dataset.from_generator(
        lambda: iter([[1], [2, 2], [3, 3, 3], [4, 4, 4, 4]]), output_signature=tf.TensorSpec((None,), "int32")
    )
    got = read(ragged.padded_batch(2), epochs=1)
    assert got.examples.x.tolist() == [[1, 0, 0, 0], [2, 2, 0, 0], [3, 3, 3, 0], [4, 4, 4, 4]]
    assert got.notes == ("batches of different lengths in the data were padded to the longest",)


def test_text_is_read_as_text():
    got = read(pipeline(np.array([["a"], ["bc"], ["d"]]), np.arange(3)).batch(2))
    assert got.examples.x.tolist() == [[b"a"], [b"bc"], [b"d"]]


def test_inputs_without_targets_and_weights_of_their_own_keep_their_places():
    assert read(tf.data.Dataset.from_tensor_slices(X).batch(8)).examples.y is None
    weighted = read(tf.data.Dataset.from_tensor_slices((X, Y, X[:, 0])).batch(8)).examples
    np.testing.assert_array_equal(weighted.weight, X[:, 0])


def batch(x, y):
    yield x, y


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (pipeline(), r"single values, not batches of examples: is `.batch\(...\)` missing\?"),
        (pipeline(np.ones((5, 3)), np.ones((5, 1))), r"a batch with \[1, 3\] rows in its parts: is `.batch"),
        (pipeline().take(0).batch(8), "the data is empty: it gives not one batch"),
        (pipeline(np.ones((4, 2)), np.ones(4)).filter(lambda x, y: y > 2).batch(2), "is empty"),
        (pipeline(tf.ragged.constant([[1], [2, 3]]), np.ones(2)).batch(2), r"RaggedTensor, which cannot be"),
        (pipeline(tf.sparse.eye(4), np.ones(4)).batch(2), r"SparseTensor, which cannot be checked yet"),
        (pipeline(np.ones(4, "complex64"), np.ones(4)).batch(2), "complex64, which cannot be checked"),
        (batch([1, 2], [3, 4]), r"list of Python values, which `fit` does not take: use `np.array"),
        (batch(np.zeros((0, 2)), np.zeros(0)), "the data is empty"),
    ],
)
def test_batches_that_no_model_is_trained_on_are_told_in_one_sentence(data, sentence):
    with pytest.raises(HealthcheckError, match=sentence):
        read(data)
