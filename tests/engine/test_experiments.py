import keras
import numpy as np
import pytest

from healthcheck.probes.bench import Bench
from healthcheck.probes.state import State, everything
from healthcheck.remedies import (
    ClipGradients,
    FittingInitialization,
    LeakyActivation,
    OutputActivation,
    ReluActivation,
    ScaleLearningRate,
    StandardizeInputs,
)
from healthcheck.subject import value_of

FAR = float("inf")
SCRIPT = """
    initializer = keras.initializers.RandomNormal()
    model = keras.Sequential([
        keras.Input((4,)),
        layers.Dense(4, "sigmoid", kernel_initializer=initializer),
        layers.Dense(4, "sigmoid", kernel_initializer=initializer),
        layers.Dropout(0.5),
        layers.Dense(1, kernel_initializer="ones"),
    ])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    x = random.normal(50.0, 7.0, size=(64, 4))
    model.fit(x, x.sum(axis=1), epochs=2, validation_data=(x, x.sum(axis=1)))
"""


@pytest.fixture
def subject(capture):
    ((subject,), _, _) = capture(SCRIPT)
    return subject


def weights(subject):
    return [value_of(variable) for variable in subject.model.weights]


def test_the_first_seed_is_the_users_own_start(subject):
    before = weights(subject)
    bench = Bench(subject, 0, FAR)
    bench.train(0)
    bench.begin(0)
    for old, new in zip(before, weights(subject), strict=True):
        np.testing.assert_array_equal(old, new)


def test_another_seed_draws_random_weights_anew_and_keeps_what_is_shared_and_what_is_constant(subject):
    bench = Bench(subject, 0, FAR)
    before = weights(subject)
    bench.begin(1)
    first, _, second, _, last, _ = weights(subject)
    assert not np.array_equal(first, before[0])
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(last, np.ones((4, 1)))
    assert first.std() == pytest.approx(before[0].std(), rel=1.0)


def test_the_same_seed_gives_the_same_run_and_another_seed_another(subject):
    bench = Bench(subject, 0, FAR)
    once, again, other = (bench.train(index) for index in (1, 1, 2))
    assert [point.loss for point in once.train] == [point.loss for point in again.train]
    assert once.train[-1].loss != other.train[-1].loss


SORTED = """
    model = keras.Sequential([keras.Input((4,)), {layer}, layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.SGD(1.0), "binary_crossentropy")
    model.fit(random.normal(size=(256, 4)), np.arange(256) // 128, batch_size=8, epochs=2, shuffle={shuffle})
"""


@pytest.mark.parametrize(
    ("layer", "shuffle", "counts"),
    [
        ("layers.Dense(4)", True, True),
        ("layers.Dense(4)", False, False),
        ("layers.BatchNormalization()", False, True),
    ],
)
def test_the_last_steps_tell_of_all_examples_only_where_they_are_shuffled(capture, layer, shuffle, counts):
    ((sorted_one,), _, _) = capture(SORTED.format(layer=layer, shuffle=shuffle))
    bench = Bench(sorted_one, 0, FAR)
    run = bench.train(0)
    assert np.isfinite(bench.training_loss(run)) == counts
    if not counts:
        assert run.training_loss < 0.3
        assert run.train[-1].loss > 0.7


def test_standardized_inputs_have_mean_zero_and_deviation_one(subject):
    with StandardizeInputs().applied(subject) as twin:
        np.testing.assert_allclose(twin.train.x.mean(axis=0), 0.0, atol=1e-5)
        np.testing.assert_allclose(twin.train.x.std(axis=0), 1.0, atol=1e-5)
        np.testing.assert_array_equal(twin.train.y, subject.train.y)
        np.testing.assert_allclose(twin.validation.x, twin.train.x)


def test_a_scaled_rate_is_in_force_during_the_run_and_gone_after_it(subject):
    remedy = ScaleLearningRate(0.1, 0.1, "SGD")
    bench = Bench(subject, 0, FAR)
    with remedy.applied(subject) as scaled:
        bench.twin(scaled, bench.traced).begin(0)
        assert float(subject.model.optimizer.learning_rate) == pytest.approx(0.01)
    bench.begin(0)
    assert float(subject.model.optimizer.learning_rate) == pytest.approx(0.1)


def test_what_a_schedule_object_says_is_scaled_inside_the_block_only(capture):
    schedule = "keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)"
    ((subject,), _, _) = capture(SCRIPT.replace("SGD(0.1)", f"SGD({schedule})"))
    with ScaleLearningRate(0.1, float("nan"), "SGD").applied(subject):
        assert float(subject.model.optimizer.learning_rate) == pytest.approx(0.01)
    assert float(subject.model.optimizer.learning_rate) == pytest.approx(0.1)


@pytest.mark.parametrize("remedy", [ReluActivation, LeakyActivation])
def test_hidden_activations_are_replaced_inside_the_block_only(subject, remedy):
    first = subject.model.layers[0]
    with remedy((first.path,)).applied(subject) as twin:
        assert first.activation.__name__ == remedy.keras_name
        bench = Bench(twin, 0, FAR)
        bench.begin(0)
        assert value_of(first.kernel).std() == pytest.approx(np.sqrt(2 / 4), rel=0.5), "He's scheme"
    assert first.activation.__name__ == "sigmoid"


def test_the_fitting_scheme_redraws_constant_kernels_too(subject):
    with FittingInitialization().applied(subject) as twin:
        Bench(twin, 0, FAR).begin(0)
        assert value_of(subject.model.layers[-1].kernel).std() > 0


def test_a_weight_that_was_loaded_is_never_drawn_anew(capture):
    loaded = "    model.layers[0].set_weights([np.full((4, 4), 0.5), np.zeros(4)])\n    model.fit("
    ((subject,), _, _) = capture(SCRIPT.replace("    model.fit(", loaded))
    with FittingInitialization().applied(subject) as twin:
        Bench(twin, 0, FAR).begin(1)
        np.testing.assert_array_equal(value_of(subject.model.layers[0].kernel), np.full((4, 4), 0.5))


def test_clipping_bounds_the_update_and_is_gone_after_the_block(subject):
    with ClipGradients(0.001).applied(subject) as twin:
        bench = Bench(twin, 0, FAR)
        before = weights(subject)
        bench.train(0, steps=1)
        moved = [np.linalg.norm(new - old) for old, new in zip(before, weights(subject), strict=True)]
        assert max(moved) == pytest.approx(0.1 * 0.001, rel=1e-3)
    assert subject.model.optimizer.clipnorm is None


def test_the_output_activation_is_replaced_inside_the_block_only(subject):
    last = subject.model.layers[-1]
    with OutputActivation(last.path, "sigmoid").applied(subject):
        assert last.activation.__name__ == "sigmoid"
    assert last.activation.__name__ == "linear"
    with OutputActivation("no such layer", "sigmoid").applied(subject) as twin:
        assert twin is None


def test_a_state_gives_everything_back(subject):
    state = State(everything(subject.model))
    before = [value_of(variable) for variable in everything(subject.model)]
    subject.model.train_on_batch(subject.train.x, subject.train.y)
    state.restore()
    for old, variable in zip(before, everything(subject.model), strict=True):
        np.testing.assert_array_equal(old, value_of(variable))
    keras.backend.clear_session()
