"""Probes of the data against answers known by hand."""

import keras
import numpy as np
import pytest

from healthcheck.evidence import Skipped
from healthcheck.probes import features, normalizers, overlap, repetition, start, structure, targets
from healthcheck.probes.bench import Bench

FAR = float("inf")
DENSE = """
    model = keras.Sequential([keras.Input((X.shape[1],)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, X[:, 0])
"""


@pytest.fixture
def bench(capture):
    """Return a function from a script's text to the bench of its only subject."""

    def of(body):
        ((subject,), faults, notes) = capture(body)
        assert not faults
        assert not notes
        return Bench(subject, 0, FAR)

    return of


def on_table(bench, x):
    """Return the bench of a small regression on a table."""
    return bench(f"    X = {x}\n{DENSE}")


def classes(bench, body):
    """Return labels and their counts, and the evenness, of the only output."""
    made = bench(body)
    (target,) = targets.probe(made, structure.probe(made)).outputs
    return target.classes, target.evenness


def test_constant_and_duplicate_columns_are_counted(bench):
    made = on_table(bench, "np.array([[1, 7, 1, 3], [2, 7, 2, 5], [3, 7, 3, 4]] * 8, 'float32')")
    (table,) = features.probe(made).tables
    assert (table.columns, table.constant, table.duplicate, table.example, table.distinct) == (4, 1, 1, 1, 2)
    assert table.pair == (0, 3)
    assert not features.probe(made).identical


def test_two_columns_with_a_correlation_of_point_six_have_a_condition_of_four(bench):
    # (1 + r) / (1 - r), by the eigenvalues of a symmetric matrix of two.
    made = on_table(bench, "np.array([[1, 1.4], [1, -0.2], [-1, 0.2], [-1, -1.4]] * 4, 'float32')")
    (table,) = features.probe(made).tables
    assert table.correlation == pytest.approx(0.6, abs=1e-6)
    assert table.condition == pytest.approx(4.0, rel=1e-5)


def test_columns_that_add_up_to_another_have_no_finite_condition(bench):
    made = on_table(bench, "random.normal(size=(50, 2)) @ np.array([[1, 0, 1], [0, 1, 1]])")
    assert features.probe(made).tables[0].condition == float("inf")


def test_examples_without_any_difference_are_identical(bench):
    made = features.probe(on_table(bench, "np.zeros((20, 3))"))
    assert made.identical
    assert np.isnan(made.tables[0].condition)


def test_tokens_are_no_table(bench):
    made = bench("""
    model = keras.Sequential([keras.Input((4,)), layers.Embedding(9, 2), layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(random.integers(0, 9, (20, 4)).astype("float32"), np.ones(20))
    """)
    assert features.probe(made).tables == ()


CLASSIFIER = """
    Y = {y}
    model = keras.Sequential([keras.Input((2,)), layers.Dense({units}, "{activation}")])
    model.compile("sgd", "{loss}_crossentropy")
    model.fit(random.normal(size=(len(Y), 2)), Y, class_weight={weight}, shuffle=False, batch_size=4)
"""
ROWS = {"weight": None}
SOFTMAX = ROWS | {"units": 3, "activation": "softmax"}
SIGMOID = ROWS | {"units": 1, "activation": "sigmoid", "loss": "binary"}
LABELS = "np.array([0, 0, 1, 0, 0, 1, 0, 0])"
ENTROPY = -(0.75 * np.log2(0.75) + 0.25 * np.log2(0.25))


@pytest.mark.parametrize(
    ("of", "counts", "evenness"),
    [
        (SOFTMAX | {"loss": "sparse_categorical", "y": LABELS}, (("0", 6), ("1", 2)), ENTROPY),
        (SOFTMAX | {"loss": "categorical", "y": f"np.eye(3)[{LABELS}]"}, (("0", 6), ("1", 2)), ENTROPY),
        (SIGMOID | {"y": LABELS}, (("0", 6), ("1", 2)), ENTROPY),
        (SIGMOID | {"y": LABELS, "weight": "{0: 1.0, 1: 3.0}"}, (("0", 6), ("1", 2)), 1.0),
        (SIGMOID | {"y": "np.ones(8)"}, (("1", 8),), 0.0),
    ],
    ids=["sparse", "one-hot", "binary", "weighted", "single"],
)
def test_classes_are_counted_and_their_evenness_is_that_of_their_share_in_the_loss(
    bench, of, counts, evenness
):
    found = classes(bench, CLASSIFIER.format(**of))
    assert found == (counts, pytest.approx(evenness, abs=1e-6))


def test_several_labels_an_example_are_no_classes(bench):
    several = SIGMOID | {"units": 2, "y": "np.array([[0, 1], [1, 1], [0, 0], [1, 0]])"}
    assert classes(bench, CLASSIFIER.format(**several)) == ((), pytest.approx(float("nan"), nan_ok=True))


def test_numbers_have_a_mean_and_a_deviation_and_no_classes(bench):
    made = bench("""
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1, kernel_initializer="zeros")])
    model.compile("sgd", "mse")
    model.fit(random.normal(size=(8, 2)), np.array([1.0, 3.0] * 4), epochs=2)
    """)
    (target,) = targets.probe(made, structure.probe(made)).outputs
    assert (target.classes, target.mean, target.std, target.regressed) == ((), 2.0, 1.0, True)
    assert (target.predicted_mean, target.predicted_std) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("labels", "alike"), [("[0, 0, 0, 0, 1, 1, 1, 1]", 6 / 7), ("[0, 1, 0, 1, 0, 1, 0, 1]", 0.0)]
)
def test_the_order_of_the_labels_is_that_of_the_data(bench, labels, alike):
    made = bench(CLASSIFIER.format(**SIGMOID, y=f"np.array({labels})"))
    order = targets.order(made, structure.probe(made))
    assert (order.shuffled, order.examples, order.steps_per_epoch) == (False, 8, 2)
    (label,) = order.labels
    assert (label.alike, label.by_chance) == (alike, 0.5)


def test_shared_examples_are_counted(bench):
    made = bench("""
    x = random.normal(size=(100, 3))
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(x[:80], np.ones(80), validation_data=(x[70:], np.ones(30)))
    """)
    found = overlap.probe(made)
    assert (found.examples, found.shared, found.repeated) == (30, 10, 0)
    assert found.chance < 1e-3


def test_inputs_of_few_values_meet_by_chance(bench):
    made = bench("""
    x = random.integers(0, 2, (100, 3))
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(x, np.ones(100), validation_split=0.3)
    """)
    found = overlap.probe(made)
    assert (found.shared, found.repeated, found.chance) == (30, 70, 1.0)


def test_without_validation_data_there_is_nothing_to_share(bench):
    assert overlap.probe(on_table(bench, "random.normal(size=(8, 2))")) == Skipped(
        "the fit has no validation data"
    )


@pytest.mark.parametrize(
    ("shared", "validation", "repeated", "training", "chance"),
    [
        (0, 10, 0, 100, 1.0),
        (5, 10, 100, 100, 1.0),
        # Of n examples none repeated: by more than 1 - 0.001 ** (1 / n) it would have shown.
        (1, 1, 0, 100, 1 - 0.001 ** (1 / 100)),
        (2, 2, 0, 10, (1 - 0.001 ** (1 / 10)) ** 2),
    ],
)
def test_the_chance_of_sharing_is_that_of_drawing_what_was_drawn_before(
    shared, validation, repeated, training, chance
):
    assert overlap.chance_of(shared, validation, repeated, training) == pytest.approx(chance)


NORMALIZED = """
    x = np.array([[10.0, 30.0], [30.0, 70.0]] * 8)
    normalization = layers.Normalization()
    {adapt}
    model = keras.Sequential([keras.Input((2,)), normalization, layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(x, np.ones(16))
"""


@pytest.mark.parametrize(("adapt", "adapted"), [("", False), ("normalization.adapt(x)", True)])
def test_an_adapted_normalization_is_told_from_one_that_was_not(bench, adapt, adapted):
    (layer,) = normalizers.probe(bench(NORMALIZED.format(adapt=adapt))).layers
    assert layer.adapted == adapted
    # Means of 20 and 50, deviations of 10 and 20.
    assert layer.rms == pytest.approx(np.sqrt((100 + 900 + 900 + 4900) / 4))
    assert layer.offset == pytest.approx(2.5)


def test_a_model_without_normalization_layer_has_none_to_adapt(bench):
    assert isinstance(normalizers.probe(on_table(bench, "random.normal(size=(8, 2))")), Skipped)


@pytest.mark.parametrize("penalty", ["None", "'l2'"])
def test_a_model_that_starts_undecided_has_the_loss_of_one(bench, penalty):
    made = bench(f"""
    model = keras.Sequential([keras.Input((2,)), layers.Dense(50, kernel_regularizer={penalty}),
        layers.Dense(4, "softmax", kernel_initializer="zeros")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(random.normal(size=(64, 2)), np.arange(64) % 4, epochs=2)
    """)
    found = start.probe(made, structure.probe(made))
    for loss in (found.loss, found.training_loss, found.neutral_loss, found.constant_loss):
        assert loss == pytest.approx(np.log(4), rel=1e-5)
    assert len(found.layers) == 1


def test_only_a_cross_entropy_has_a_known_loss_without_knowledge(bench):
    made = on_table(bench, "random.normal(size=(8, 2))")
    assert isinstance(start.probe(made, structure.probe(made)), Skipped)


NOISY = """
    import tensorflow as tf
    class Noisy(layers.Layer):
        def call(self, x):
            return x + tf.cast({noise}, x.dtype)
    model = keras.Sequential([keras.Input((2,)), Noisy(), layers.Dropout(0.5), layers.Dense(1)])
    model.compile("adam", "mse")
    model.fit(random.normal(size=(64, 2)), np.ones(64), epochs=2)
"""


def test_a_repeated_training_gives_the_same_bits(bench):
    found = repetition.probe(bench(NOISY.format(noise="0")))
    assert (found.steps, found.differing) == (4, 0)


def test_a_draw_that_no_seed_governs_shows(bench):
    drawn = "tf.reshape(tf.numpy_function(lambda: np.random.default_rng().normal(), [], tf.float64), ())"
    assert repetition.probe(bench(NOISY.format(noise=drawn))).differing == 4


def test_random_operations_of_tensorflow_cannot_be_repeated(bench):
    assert isinstance(repetition.probe(bench(NOISY.format(noise="tf.random.normal(())"))), Skipped)


def test_the_probes_leave_everything_as_it_was(bench):
    made = bench(NOISY.format(noise="0"))
    before = [np.array(variable) for variable in made.subject.model.variables]
    of = structure.probe(made)
    targets.probe(made, of), start.probe(made, of), repetition.probe(made), normalizers.probe(made)
    for old, variable in zip(before, made.subject.model.variables, strict=True):
        np.testing.assert_array_equal(old, keras.ops.convert_to_numpy(variable))
