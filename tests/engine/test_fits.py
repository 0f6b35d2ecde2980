"""Many calls of `fit` and `train_on_batch` become the trainings that they amount to."""

import numpy as np
import pytest

MODEL = """
keras.utils.set_random_seed(0)
x = random.normal(size=(64, 3)).astype("float32")
y = (x[:, :1] * x[:, 1:2]).astype("float32")
def make(units=8, rate=0.01):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(units, "relu"), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(rate), "mse", metrics=["mae"])
    return model
model = make()
"""
BATCHES = """
for epoch in range(6):
    for at in range(0, 64, 16):
        loss = model.train_on_batch(x[at:at+16], y[at:at+16])
"""


def plan(subject):
    return subject.epochs, subject.steps_per_epoch, subject.batch_size, subject.train.count


def test_fits_of_one_epoch_that_follow_each_other_are_one_training(capture):
    (subject,), faults, notes = capture(
        MODEL + "for epoch in range(9):\n    history = model.fit(x, y, batch_size=16, epochs=1, verbose=0)\n"
        "    assert history.history['loss'][0] > 0"
    )
    assert (faults, notes) == ([], [])
    assert plan(subject) == (9, 4, 16, 64)
    assert "9 calls of `fit` that follow each other, checked as one training of 9 epochs" in subject.notes


def test_such_a_training_starts_where_the_first_call_found_the_model(capture):
    seen = []
    script = MODEL + "start = model.get_weights()\nfor _ in range(3): model.fit(x, y)\nmodel.start = start"
    capture(
        script,
        lambda subject: seen.append((subject.model.get_weights(), subject.model.start)) or {"loss": []},
    )
    for now, start in zip(*seen[0], strict=True):
        np.testing.assert_array_equal(now, start)


def test_the_script_sees_the_losses_fall_and_may_stop_by_itself(capture):
    (subject,), _, _ = capture(
        MODEL + "losses = []\nwhile len(losses) < 40 and not (losses and losses[-1] < 0.7 * losses[0]):\n"
        "    losses += model.fit(x, y, verbose=0).history['loss']\nassert losses[-1] < 0.7 * losses[0]"
    )
    assert 1 < subject.epochs < 40


def test_parts_of_the_data_in_turns_are_one_training_on_all_of_them(capture):
    (subject,), _, _ = capture(
        MODEL + "for epoch in range(5):\n    for part in (slice(0, 32), slice(32, 64)):\n"
        "        model.fit(x[part], y[part], batch_size=16, verbose=0)"
    )
    assert plan(subject) == (5, 4, 16, 64)


def test_a_second_fit_of_several_epochs_takes_the_place_of_the_first(capture):
    subjects, _, _ = capture(MODEL + "for _ in range(3):\n    model.fit(x, y, epochs=4)")
    assert [subject.epochs for subject in subjects] == [4, 12]
    assert subjects[1].instead_of is subjects[0]


def test_the_report_holds_only_the_whole(check):
    (subject,) = check(
        "import keras, numpy as np\nlayers = keras.layers\nrandom = np.random.default_rng(0)\n"
        + MODEL
        + "for _ in range(2):\n    model.fit(x, y, epochs=3)",
        select=("data",),
    )
    assert subject.plan.startswith("6 epochs")
    assert "#" not in subject.name


@pytest.mark.parametrize(
    "between", ["model.compile('sgd', 'mse')", "x, y = x[::-1] + 1, y[::-1]", "model = make(4)"]
)
def test_another_compile_or_other_data_or_another_model_is_another_training(capture, between):
    subjects, _, _ = capture(MODEL + f"model.fit(x, y, epochs=2)\n{between}\nmodel.fit(x, y, epochs=3)")
    assert [subject.epochs for subject in subjects] == [2, 3]


def test_a_compile_ends_a_training_and_what_was_trained_stays_trained(capture):
    subjects, _, notes = capture(
        MODEL + "for _ in range(3): model.fit(x, y, verbose=0)\ntrained = model.get_weights()\n"
        "model.compile('sgd', 'mse')\nassert all((a == b).all() for a, b in zip(trained, model.get_weights()))\n"
        "for _ in range(2): model.fit(x, y, verbose=0)"
    )
    assert [subject.epochs for subject in subjects] == [3, 2]
    assert not notes


def test_a_rate_set_by_hand_is_set_again(capture):
    (subject,), _, _ = capture(
        MODEL + "for rate in (0.1, 0.1, 0.01):\n    model.optimizer.learning_rate = rate\n    model.fit(x, y)"
    )
    (rates,) = subject.callbacks
    assert rates.rates == pytest.approx([0.1, 0.1, 0.01])


def test_batches_are_one_training(capture):
    (subject,), faults, _ = capture(MODEL + BATCHES + "assert loss[0] > 0")
    assert not faults
    assert plan(subject) == (6, 4, 16, 64)
    assert not subject.shuffle
    assert subject.sources.fit.line == 17


def test_what_batches_are_tested_on_is_held_out(capture):
    (subject,), _, _ = capture(
        MODEL
        + BATCHES.replace("at in range(0, 64", "at in range(0, 48")
        + "    model.test_on_batch(x[48:], y[48:])"
    )
    assert (subject.train.count, subject.validation.count) == (48, 16)


def test_a_rate_changed_between_batches_is_set_again_by_epoch(capture):
    (subject,), _, _ = capture(
        MODEL
        + BATCHES.replace("    for", "    model.optimizer.learning_rate.assign(0.1 / (epoch + 1))\n    for")
    )
    assert subject.callbacks[0].rates == pytest.approx([0.1 / epoch for epoch in range(1, 7)])


def test_the_folds_of_a_cross_validation_are_one_configuration(capture):
    subjects, _, (note,) = capture(
        MODEL + "for fold in range(5):\n    keep = np.arange(64) % 5 != fold\n"
        "    history = make().fit(x[keep], y[keep], epochs=3)\n    assert len(history.history['loss']) == 3"
    )
    assert len(subjects) == 1
    assert note.startswith("4 further fits of configurations already checked: not checked")


def test_no_more_than_max_fits_configurations_are_checked(capture):
    subjects, _, (note,) = capture(
        MODEL
        + "for units in range(1, 6):\n    history = make(units).fit(x, y, epochs=2, validation_split=0.5)\n"
        "    assert len(history.history['val_mae']) == 2",
        lambda subject: {"val_mae": [1.0] * subject.epochs},
        max_fits=2,
    )
    assert len(subjects) == 2
    assert note.startswith("3 further fits not checked: the first 2 configurations were (--max-fits 2)")


def test_a_model_named_after_its_activation_is_another_configuration(capture):
    subjects, _, _ = capture(
        """
        for name in ("tanh", "relu"):
            model = keras.Sequential([keras.Input((2,)), layers.Dense(3, name), layers.Dense(1)], name=name)
            model.compile("sgd", "mse")
            model.fit(random.normal(size=(16, 2)), np.ones(16), epochs=2)
        """
    )
    assert [subject.name for subject in subjects] == ["tanh", "relu"]


@pytest.mark.parametrize("change", ["make(rate=0.1)", "make(5)"])
def test_another_rate_or_width_is_another_configuration(capture, change):
    subjects, _, notes = capture(MODEL + f"make().fit(x, y, epochs=2)\n{change}.fit(x, y, epochs=2)")
    assert (len(subjects), notes) == (2, [])


def test_data_on_another_scale_or_with_nan_is_another_configuration(capture):
    subjects, _, _ = capture(
        MODEL
        + "bad = x.copy()\nbad[60] = np.nan\nfor data in (x, x * 255, bad):\n    make().fit(data, y, epochs=2)"
    )
    assert len(subjects) == 3


def test_a_batch_that_cannot_be_checked_is_said_once(capture):
    subjects, ((message, source),), _ = capture(
        MODEL + BATCHES.replace("y[at:at+16])", "None)\n        break\n    break")
    )
    assert not subjects
    assert "no targets" in message
    assert source.line == 17


def test_a_loop_of_fits_that_does_not_end_is_stopped_and_says_so(capture, monkeypatch):
    monkeypatch.setattr("healthcheck.capture.series.MAX_TRAINED_SECONDS", 0.5)
    monkeypatch.setattr("healthcheck.capture.series.MAX_COUNTED_SECONDS", 0.5)
    (subject,), _, _ = capture(MODEL + "while True:\n    model.fit(x, y, verbose=0)")
    assert "where it was stopped" in subject.notes[0]


def test_nothing_is_left_replaced(capture):
    import keras

    capture(MODEL + BATCHES)
    assert not {"fit", "compile", "train_on_batch", "test_on_batch"} & vars(keras.Model).keys()
