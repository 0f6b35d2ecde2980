"""Hand-written training loops, as their authors write them, become the `fit` that they amount to."""

import numpy as np
import pytest

from healthcheck.evidence import Finite, Weights

DATA = """
import tensorflow as tf
keras.utils.set_random_seed(0)
x = random.normal(size=(100, 2)).astype("float32")
y = (x[:, :1] * x[:, 1:] > 0).astype("float32")
def make():
    return keras.Sequential([keras.Input((2,)), layers.Dense(8, "relu"), layers.Dense(1, "sigmoid")])
model, loss_of = make(), keras.losses.BinaryCrossentropy()
optimizer = keras.optimizers.Adam(0.01)
batches = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(100, seed=1).batch(16)
"""
STEP = """
def step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_of(y, model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss
"""
LOOP = """
for epoch in range(30):
    for x_batch, y_batch in batches:
        loss = step(x_batch, y_batch)
"""
LINE_OF_APPLY = 20


def rows(array):
    return sorted(map(tuple, np.asarray(array).tolist()))


def test_a_loop_with_a_tape_is_the_fit_it_amounts_to(capture):
    (subject,), faults, notes = capture(DATA + STEP + LOOP + "start = x, y")
    assert (faults, notes) == ([], [])
    assert (subject.epochs, subject.steps_per_epoch, subject.batch_size, subject.shuffle) == (30, 7, 16, True)
    assert subject.train.count == 100
    assert subject.model.optimizer.get_config()["learning_rate"] == pytest.approx(0.01)
    assert subject.sources.fit.line == LINE_OF_APPLY
    assert "a hand-written loop of 210 steps" in subject.notes[0]


def test_a_loop_in_a_graph_function_is_captured_but_for_its_first_batch(capture):
    (subject,), faults, _ = capture(DATA + STEP.replace("def step", "@tf.function\ndef step") + LOOP)
    assert not faults
    assert (subject.epochs, subject.train.count) == (30, 84)


def test_the_model_is_put_back_to_where_the_loop_found_it(capture):
    script = DATA + "before = model.get_weights()\n" + STEP + LOOP + "model.before = before"
    starts = []
    capture(script, lambda subject: starts.append(subject.model.get_weights()) or {})
    (_,), _, _ = capture(script)
    (subject,), _, _ = capture(script)
    for now, before in zip(starts[0], subject.model.before, strict=True):
        np.testing.assert_array_equal(now, before)


@pytest.mark.parametrize(
    "function", ["tf.keras.losses.binary_crossentropy", "keras.losses.binary_crossentropy"]
)
def test_a_loss_function_is_seen_as_well_as_a_loss_object(capture, function):
    (subject,), faults, _ = capture(
        DATA + f"loss_of = lambda y, p: tf.reduce_mean({function}(y, p))" + STEP + LOOP
    )
    assert not faults
    assert subject.model.loss.__name__ == function.split(".")[-1]


def test_slices_of_arrays_in_order_are_not_shuffled(capture):
    loop = (
        "for epoch in range(5):\n    for at in range(0, 100, 25):\n        step(x[at:at+25], y[at:at+25])\n"
    )
    (subject,), _, _ = capture(DATA + STEP + loop)
    assert (subject.shuffle, subject.epochs, subject.steps_per_epoch) == (False, 5, 4)
    assert np.array_equal(subject.train.x[:3], subject.train.x[:3])
    assert rows(subject.train.x)[0] < rows(subject.train.x)[-1]


def test_several_loops_are_several_subjects(capture):
    script = DATA + STEP + LOOP + "model, optimizer = make(), keras.optimizers.SGD(0.1)" + LOOP
    subjects, faults, _ = capture(script)
    assert not faults
    assert [type(subject.model.optimizer).__name__ for subject in subjects] == ["Adam", "SGD"]
    assert [subject.epochs for subject in subjects] == [30, 30]


def test_a_frozen_part_stays_frozen(capture):
    step = STEP.replace("model.trainable_variables", "model.layers[-1].trainable_variables")
    (subject,), faults, _ = capture(DATA + step + LOOP)
    assert not faults
    assert len(subject.model.trainable_variables) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("loss_of(y, model(x, training=True))", "tf.reduce_mean((y - model(x)) ** 2)"), "loss was not seen"),
        (
            ("training=True))", "training=True)) * 2.0 + 1.0"),
            "minimizes something else than `loss(y, model(x))`",
        ),
    ],
)
def test_a_loop_that_is_no_fit_is_only_watched(capture, change, message):
    (subject,), faults, _ = capture(DATA + STEP.replace(*change) + LOOP.replace("30", "2"))
    assert not faults
    assert message in subject.unjudged
    assert message in subject.notes[0]
    assert subject.sources.fit.line == LINE_OF_APPLY
    assert all(weight.connected and weight.moved for weight in subject.seen[Weights].weights)
    assert subject.seen[Finite].non_finite is None
    assert subject.seen[Weights].updates == 14


BOTH = """
    other, of_other = make(), keras.optimizers.Adam()
    for epoch in range(3):
        for x_batch, y_batch in batches:
            step(x_batch, y_batch)
            with tf.GradientTape() as tape:
                loss = loss_of(y_batch, other(INPUT))
            of_other.apply(tape.gradient(loss, other.trainable_variables), other.trainable_variables)
"""


def test_models_that_train_side_by_side_are_each_a_fit(capture):
    subjects, faults, _ = capture(DATA + STEP + "if True:" + BOTH.replace("INPUT", "x_batch"))
    assert not faults
    assert [(subject.epochs, subject.unjudged) for subject in subjects] == [(3, ""), (3, "")]


def test_models_that_train_in_turns_are_only_watched(capture):
    subjects, faults, _ = capture(
        DATA + STEP + "if True:" + BOTH.replace("INPUT", "model(x_batch) * x_batch")
    )
    assert not faults
    assert ["in turns" in subject.unjudged for subject in subjects] == [True, True]


def test_a_loop_that_stops_by_itself_is_given_true_losses(capture):
    loop = """
losses = []
for epoch in range(500):
    for x_batch, y_batch in batches:
        step(x_batch, y_batch)
    losses.append(float(loss_of(y, model(x))))
    if losses[-1] < 0.6:
        break
assert losses[-1] < 0.6
"""
    (subject,), _, notes = capture(DATA + STEP.replace("def step", "@tf.function\ndef step") + loop)
    assert not notes
    assert 5 < subject.epochs < 500


def test_what_a_loop_validates_on_is_held_out(capture):
    loop = LOOP.replace("30", "3") + "    held = loss_of(y[:20] * 0, model(x[:20] + 9, training=False))\n"
    (subject,), _, _ = capture(DATA + STEP + loop)
    assert subject.validation.count == 20
    assert "validated on 20" in subject.notes[0]


@pytest.mark.parametrize("decorator", ["", "@tf.function\n"])
def test_a_rate_set_inside_the_loop_is_set_again(capture, decorator):
    loop = LOOP.replace("30", "4").replace(
        "    for x", "    optimizer.learning_rate.assign(0.1 / 2**epoch)\n    for x"
    )
    (subject,), _, _ = capture(DATA + STEP.replace("def step", decorator + "def step") + loop)
    assert subject.callbacks[0].rates == pytest.approx([0.1, 0.05, 0.025, 0.0125])


def test_a_generator_that_no_optimizer_is_given_is_told(capture):
    (subject,), _, _ = capture(
        DATA
        + """
generator = keras.Sequential([keras.Input((2,)), layers.Dense(4, "relu"), layers.Dense(2)])
for epoch in range(3):
    for x_batch, y_batch in batches:
        with tf.GradientTape() as tape:
            loss = loss_of(y_batch * 0, model(generator(x_batch)))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
"""
    )
    assert [weight.idle for weight in subject.seen[Weights].weights] == [False] * 4 + [True] * 2


def test_a_step_without_any_gradient_is_told(capture):
    (subject,), _, (note,) = capture(
        DATA
        + STEP.replace("model(x, training=True)", "tf.round(model(x)) > 0.5").replace("loss_of(", "loss_of(")
        + LOOP
    )
    assert "No gradients provided" in note
    assert not any(weight.connected for weight in subject.seen[Weights].weights)


def test_what_was_replaced_is_put_back(capture):
    import keras
    import tensorflow as tf

    places = [(keras.Model, "__call__"), (tf.GradientTape, "gradient"), (keras.losses.Loss, "__call__")]
    places += [(keras.optimizers.Optimizer, "apply"), (keras.losses, "mean_squared_error")]
    before = [getattr(*place) for place in places]
    capture(DATA + STEP.replace("def step", "@tf.function\ndef step") + LOOP)
    assert [getattr(*place) for place in places] == before
    assert not tf.config.functions_run_eagerly()
    assert "__call__" not in vars(keras.Model)


def test_an_error_after_the_loop_is_a_note(capture):
    subjects, _, (note,) = capture(DATA + STEP + LOOP + "raise ValueError('later')")
    assert len(subjects) == 1
    assert "ValueError: later" in note


def test_a_loop_that_does_not_end_is_stopped_and_says_so(capture, monkeypatch):
    monkeypatch.setattr("healthcheck.capture.loop.MAX_WATCHED_SECONDS", 0.5)
    monkeypatch.setattr("healthcheck.capture.loop.MAX_COUNTED_SECONDS", 0.5)
    (subject,), _, _ = capture(DATA + STEP + LOOP.replace("range(30)", "iter(int, 1)"))
    assert "where it was stopped" in subject.notes[0]


@pytest.mark.slow  # by day `test_ways.py` and programs of `training` have loops through the whole chain
def test_the_tutorials_loop_gets_the_verdict_of_its_fit(check_script, monkeypatch):
    monkeypatch.setattr("healthcheck.capture.loop.MAX_COUNTED_SECONDS", 300.0)  # however busy the machine is
    deep = DATA.replace(
        'layers.Dense(8, "relu")', 'layers.Dense(5, "sigmoid"), ' * 3 + 'layers.Dense(5, "sigmoid")'
    )
    (report,) = check_script(deep.replace("0.01", "0.001") + STEP + LOOP.replace("30", "200"))
    assert {"vanishing-gradients"} <= {
        finding.rule for finding in report.findings if finding.status == "fail"
    }
    assert report.plan.startswith("200 epochs of 7 steps")
