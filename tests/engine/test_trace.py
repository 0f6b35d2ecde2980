from contextlib import nullcontext

import keras
import numpy as np
import pytest
import tensorflow as tf

from healthcheck.keras_private import read_once
from healthcheck.probes.bench import Bench
from healthcheck.probes.state import State
from healthcheck.probes.trace import TracedModel, on_device
from healthcheck.schedule import Schedule
from healthcheck.subject import Examples, Subject

FAR = float("inf")


def subject_of(model, x, y, batch_size=8, epochs=2, **others):
    steps = -(-len(keras.tree.flatten(x)[0]) // batch_size)
    return Subject("model", model, Examples(x, y), batch_size, epochs, steps, **others)


def dense_model(optimizer, **layer):
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(5, "tanh"), keras.layers.Dense(1, **layer)]
    )
    model.compile(optimizer, "mse", metrics=["mae"])
    model.optimizer.build(model.trainable_variables)
    return model


@pytest.fixture
def data():
    random = np.random.default_rng(0)
    return random.normal(size=(21, 3)).astype("float32"), random.normal(size=(21, 1)).astype("float32")


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop"])
def test_our_loop_trains_exactly_as_fit_does(optimizer, data):
    ours, theirs = dense_model(optimizer), dense_model(optimizer)
    Bench(subject_of(ours, *data, epochs=3, shuffle=False), 0, FAR).train(0, measured=5)
    theirs.fit(*data, batch_size=8, epochs=3, shuffle=False, verbose=0)
    for mine, their in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, their, rtol=1e-5, atol=1e-6)


def test_evaluation_gives_the_loss_and_metrics_of_evaluate(data):
    model = dense_model("sgd")
    ours = TracedModel(subject_of(model, *data)).evaluate(on_device(Examples(*data)), 8)
    theirs = model.evaluate(*data, verbose=0, return_dict=True)
    assert ours.loss == pytest.approx(theirs["loss"], rel=1e-5)
    assert ours.metrics == {"mae": pytest.approx(theirs["mae"], rel=1e-5)}


def test_penalties_are_told_apart_from_the_data_loss(data):
    model = dense_model("sgd", kernel_regularizer=keras.regularizers.L2(0.5))
    ours = TracedModel(subject_of(model, *data)).evaluate(on_device(Examples(*data)), 8)
    penalty = 0.5 * float(np.sum(model.layers[1].get_weights()[0] ** 2))
    assert ours.penalty == pytest.approx(penalty, rel=1e-5)
    assert ours.loss + ours.penalty == pytest.approx(model.evaluate(*data, verbose=0)[0], rel=1e-5)


def test_gradient_and_signal_of_a_linear_model_are_those_computed_by_hand():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(keras.optimizers.SGD(0.5), "mse")
    model.set_weights([np.array([[1.0], [2.0]], "float32")])
    x, y = np.array([[1.0, 1.0], [2.0, 0.0]], "float32"), np.array([[0.0], [0.0]], "float32")
    traced = TracedModel(subject_of(model, x, y, batch_size=2))
    slots = Schedule(2, 2, 1, False, 0).epochs(0, 1)
    steps = traced.train(on_device(Examples(x, y)), slots, np.array([True]))
    # Predictions 3 and 2, so dL/dp = (3, 2), loss 6.5, gradient x'(3, 2) = (7, 3), update -0.5 times that.
    assert steps.losses.tolist() == [6.5]
    (gradient_mean, gradient_square, weight_mean, weight_square, update_square), *_ = steps.kernels[0]
    assert (gradient_mean, gradient_square) == (5.0, 29.0)
    assert (weight_mean, weight_square) == (-1.0, (2.5**2 + 0.5**2) / 2)
    assert update_square == pytest.approx(29.0 / 4)
    assert steps.calls[0].tolist() == [[2.5, 6.5, 6.5]]


class Residual(keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.second = keras.layers.Dense(3, "relu"), keras.layers.Dense(1)

    def call(self, x):
        return self.second(x + self.first(x))


class OwnStep(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return {"loss": loss}


def functional():
    a, b = keras.Input((3,)), keras.Input((3,))
    joined = keras.layers.Concatenate()([keras.layers.Dense(2)(a), keras.layers.Dense(2)(b)])
    return keras.Model([a, b], [keras.layers.Dense(1)(joined), keras.layers.Dense(1)(joined)])


def sequence(*body):
    return lambda: keras.Sequential(
        [keras.Input((4, 3)), *(layer() for layer in body), keras.layers.Dense(1)]
    )


MODELS = {
    "subclassed": Residual,
    "custom train_step": lambda: OwnStep([keras.Input((3,)), keras.layers.Dense(1)]),
    "several inputs and outputs": functional,
    "GRU": sequence(lambda: keras.layers.GRU(2)),
    "LSTM both ways": sequence(lambda: keras.layers.Bidirectional(keras.layers.LSTM(2))),
    "convolution and batch normalization": sequence(
        lambda: keras.layers.Conv1D(2, 2), keras.layers.BatchNormalization, keras.layers.Flatten
    ),
    "dropout": sequence(keras.layers.Flatten, lambda: keras.layers.Dropout(0.5)),
}


@pytest.mark.parametrize("kind", MODELS)
def test_the_tap_measures_every_kernel_of(kind):
    model = MODELS[kind]()
    model.compile("adam", "mse")
    random = np.random.default_rng(0)
    shape = (16, 4, 3) if isinstance(model, keras.Sequential) and model.input_shape[1:] == (4, 3) else (16, 3)
    x, y = random.normal(size=shape).astype("float32"), random.normal(size=(16, 1)).astype("float32")
    x, y = ([x, x], [y, y]) if kind.startswith("several") else (x, y)
    model(x)
    model.optimizer.build(model.trainable_variables)
    model.compute_metrics(x, y, model(x))
    run = Bench(subject_of(model, x, y), 0, FAR).train(0, measured=4)
    moments = np.concatenate(run.kernels)
    assert moments.shape[:2] == (4, sum(len(v.shape) >= 2 for v in model.trainable_variables))
    assert np.isfinite(moments).all()
    assert (moments[:, :, 1] > 0).all(), "every kernel gets a gradient"
    assert (moments[:, :, 4] > 0).all(), "every kernel is updated"


def test_tracing_leaves_no_patch_behind(data):
    call, gradient = keras.layers.Layer.__call__, tf.GradientTape.gradient
    Bench(subject_of(dense_model("sgd"), *data), 0, FAR).train(0)
    assert keras.layers.Layer.__call__ is call
    assert tf.GradientTape.gradient is gradient


def test_one_trace_serves_any_number_of_steps_and_of_examples(data, monkeypatch):
    traced = []

    def noted(function):
        def call(*given):
            traced.append(function.__name__)
            return function(*given)

        return call

    for name in ("_training", "_evaluation"):
        monkeypatch.setattr(TracedModel, name, noted(getattr(TracedModel, name)))
    x, y = data
    model = dense_model("sgd")
    model.train_on_batch(x, y)  # makes the metrics' variables, without which a step is traced once more
    bench = Bench(subject_of(model, x, y, validation=Examples(x[:5], y[:5])), 0, FAR)
    assert len(bench.first_steps.losses) == 6
    bench.train(0, measured=3)
    bench.train(1, steps=4)
    assert sorted(traced) == ["_evaluation", "_training"]


def test_a_training_stops_at_the_first_loss_that_is_not_finite(data):
    x, y = data
    run = Bench(subject_of(dense_model("sgd"), x * 1e20, y * 1e20, epochs=50), 0, FAR).train(0)
    assert not run.is_finite
    assert run.steps < 10


def test_a_deadline_ends_the_training(data):
    run = Bench(subject_of(dense_model("sgd"), *data, epochs=1000), 0, deadline=0.0).train(0)
    assert run.steps < 20


def test_callbacks_see_every_epoch_and_can_stop_the_training(data):
    seen = []

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs):
            seen.append((epoch, sorted(logs)))
            self.model.stop_training = epoch == 2

    run = Bench(subject_of(dense_model("sgd"), *data, epochs=9, callbacks=(Stop(),)), 0, FAR).train(0)
    assert seen == [(0, ["loss", "mae"]), (1, ["loss", "mae"]), (2, ["loss", "mae"])]
    assert run.stopped_early
    assert run.steps == 9


@pytest.mark.parametrize("factor", [1.0, 0.1])
def test_a_callback_that_sets_the_rate_does_so_at_the_scale_of_the_remedy(data, factor):
    model = dense_model(keras.optimizers.SGD(0.1))
    halve = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    Bench(subject_of(model, *data, epochs=3, callbacks=(halve,), rate_factor=factor), 0, FAR).train(0)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.1 / 8 * factor, rel=1e-4)


def test_a_recurrent_layer_is_seen_as_one_layer():
    model = MODELS["GRU"]()
    model.compile("adam", "mse")
    x, y = np.ones((8, 4, 3), "float32"), np.ones((8, 1), "float32")
    model.optimizer.build(model.trainable_variables)
    bench = Bench(subject_of(model, x, y), 0, FAR)
    bench.train(0, measured=1)
    assert bench.traced.call_paths == [layer.path for layer in model.layers]


@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights")
def test_a_model_with_nothing_to_train_trains_without_a_loss_that_we_see(data):
    model = dense_model("sgd")
    model.trainable = False
    model.compile("sgd", "mse")
    bench = Bench(subject_of(model, *data), 0, FAR)
    run = bench.train(0, measured=3)
    assert run.steps == 6
    assert not bench.traced.sees_loss


def steps_of(model, x, y):
    subject = subject_of(model, x, y)
    schedule = Schedule(len(x), subject.batch_size, subject.steps_per_epoch, False, 0)
    TracedModel(subject).train(on_device(subject.train), schedule.epochs(0, 1), np.ones(3, bool))


def test_a_step_leaves_out_the_metrics_of_keras(data):
    model = dense_model("sgd")
    steps_of(model, *data)
    assert not any(np.any(variable) for variable in model.metrics_variables)
    assert "compute_metrics" not in vars(model)
    assert model.evaluate(*data, verbose=0, return_dict=True)["loss"] > 0


def test_a_step_keeps_the_metrics_that_a_user_computes(data):
    called = []

    class Own(keras.Sequential):
        def compute_metrics(self, *args, **kwargs):
            called.append(args)
            return super().compute_metrics(*args, **kwargs)

    model = Own([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    model.optimizer.build(model.trainable_variables)
    steps_of(model, *data)
    assert called
    assert float(model.metrics[0].count) > 0


def test_a_softmax_is_measured_though_the_loss_does_without_it():
    x, y = np.eye(4, dtype="float32"), np.arange(4) % 3
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
    model.compile(keras.optimizers.SGD(0.0), "sparse_categorical_crossentropy")
    model.optimizer.build(model.trainable_variables)
    subject = subject_of(model, x, y, batch_size=4)
    slots = Schedule(4, 4, 1, False, 0).epochs(0, 1)
    steps = TracedModel(subject).train(on_device(subject.train), slots, np.ones(1, bool))
    expected = model.predict(x, verbose=0)
    assert steps.calls[0, 0, 0] == pytest.approx(1 / 3)
    assert steps.calls[0, 0, 1] == pytest.approx(float(np.mean(expected**2)), rel=1e-6)


@pytest.mark.parametrize("aside", [False, True])
def test_a_state_gives_back_every_bit(aside, monkeypatch):
    monkeypatch.setattr("healthcheck.probes.state.MUCH", 100)
    values = [np.zeros((50, 50)), np.full(9, -0.0), np.array([0.0, -0.0]), np.full(3, np.nan), np.arange(4.0)]
    variables = [keras.Variable(value, dtype="float32") for value in values]
    state = State(variables, aside=aside)
    for variable in variables:
        variable.assign(variable + 1.0)
    state.restore()
    for variable, value in zip(variables, values, strict=True):
        assert np.asarray(variable).tobytes() == value.astype("float32").tobytes()


class Full:
    """A file on a disk that has room for a few bytes."""

    def seek(self, *_):
        return 0

    def write(self, _):
        return 7

    def close(self):
        pass


def unwritable(**_):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("make", [unwritable, lambda **_: Full()])
def test_values_stay_in_memory_where_there_is_no_room_for_a_file(make, monkeypatch):
    monkeypatch.setattr("healthcheck.probes.state.MUCH", 100)
    monkeypatch.setattr("tempfile.TemporaryFile", make)
    variable = keras.Variable(np.arange(100.0), dtype="float32")
    state = State([variable], aside=True)
    variable.assign(variable + 1.0)
    state.restore()
    np.testing.assert_array_equal(np.asarray(variable), np.arange(100.0))


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_model_that_is_measured_in_parts_gives_the_same_to_the_last_bit(optimizer, data, monkeypatch):
    def measured(parts):
        bench = Bench(subject_of(dense_model(optimizer), *data), 0, FAR)
        assert len(bench.traced._moments._parts) == parts
        return bench.first_steps

    one = measured(1)
    monkeypatch.setattr("healthcheck.probes.moments.MAX_KERNELS", 1)
    several = measured(2)
    assert one.kernels.shape[1:] == (2, 5)
    assert one.calls.shape[1:] == (2, 3)
    np.testing.assert_array_equal(one.kernels, several.kernels)
    np.testing.assert_array_equal(one.calls, several.calls)
    np.testing.assert_array_equal(one.losses, several.losses)


class MovesFirst(keras.Model):
    """Adds one to its weights before it asks for a gradient."""

    def train_step(self, data):
        for variable in self.trainable_variables:
            variable.assign_add(keras.ops.ones_like(variable))
        return super().train_step(data)


def test_the_update_of_a_users_own_step_is_all_that_the_step_does(data):
    inputs = keras.Input((3,))
    model = MovesFirst(inputs, keras.layers.Dense(1, use_bias=False)(inputs))
    model.compile(keras.optimizers.SGD(0.0), "mse")
    steps = Bench(subject_of(model, *data), 0, FAR).first_steps
    np.testing.assert_allclose(steps.kernels[:, 0, 4], 1.0, rtol=1e-6)


OPTIMIZERS = {
    "Adam": keras.optimizers.Adam,
    "accumulation": lambda: keras.optimizers.Adam(gradient_accumulation_steps=3),
    "scaled": lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam()),
    "schedule": lambda: keras.optimizers.Nadam(keras.optimizers.schedules.ExponentialDecay(0.01, 10, 0.9)),
}
OTHERS = {
    "clipped": lambda: keras.optimizers.Adam(clipnorm=0.1),
    "average": lambda: keras.optimizers.Adam(use_ema=True, ema_overwrite_frequency=4),
    "momentum": lambda: keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
    **{
        name: getattr(keras.optimizers, name)
        for name in ("SGD", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Ftrl", "Lion", "Lamb")
    },
}


@pytest.mark.parametrize(
    "name", [*OPTIMIZERS, *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)]
)
def test_reading_the_count_once_changes_no_bit(name, data, monkeypatch):
    def trained():
        model = dense_model((OPTIMIZERS | OTHERS)[name]())
        run = Bench(subject_of(model, *data, epochs=5), 0, FAR).train(0, measured=5)
        variables = [*model.variables, *model.optimizer.variables]
        return [np.asarray(one).tobytes() for one in [*variables, *run.step_losses, *run.kernels, *run.calls]]

    once = trained()
    monkeypatch.setattr("healthcheck.probes.trace.read_once", lambda _: nullcontext())
    assert trained() == once


def test_reading_once_leaves_the_optimizer_as_it_was(data):
    model = dense_model("adam")
    optimizer = model.optimizer
    before = dict(vars(optimizer)), optimizer.iterations._value
    with read_once(optimizer):
        assert vars(optimizer) != before[0]
    assert (dict(vars(optimizer)), optimizer.iterations._value) == before


class CountsEveryVariable(keras.optimizers.SGD):
    def update_step(self, gradient, variable, learning_rate):
        self.iterations.assign_add(1)
        super().update_step(gradient, variable, learning_rate)


def test_an_optimizer_of_the_users_own_reads_what_it_likes(data):
    model = dense_model(CountsEveryVariable(0.01))
    Bench(subject_of(model, *data), 0, FAR).train(0)
    assert int(model.optimizer.iterations) == 6 * (4 + 1)
