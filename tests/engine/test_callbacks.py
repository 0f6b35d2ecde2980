"""Callbacks take effect, and write nothing."""

from pathlib import Path

import keras
import pytest

HEAD = """
import keras, numpy as np
callbacks = keras.callbacks
x = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
y = x[:, :1] * x[:, 1:2]
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1)])
model.compile(keras.optimizers.Adam(0.01), "mse")
"""
FAST = {"select": ("data", "non-finite-values"), "experiments": False}


@pytest.fixture
def checked(check, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return lambda body: check(HEAD + body, **FAST)


def test_writers_write_nothing_and_their_files_can_be_loaded_later(checked):
    (subject,) = checked(
        "listed = [callbacks.ModelCheckpoint('best-{epoch}.keras'), callbacks.TensorBoard('logs'),\n"
        "    callbacks.CSVLogger('log.csv'), callbacks.BackupAndRestore('backup'), callbacks.ProgbarLogger(),\n"
        "    callbacks.ModelCheckpoint('last.weights.h5', save_weights_only=True),\n"
        "    callbacks.RemoteMonitor('http://127.0.0.1:9')]\n"
        "model.fit(x, y, epochs=3, callbacks=listed)\n"
        "assert keras.models.load_model('best-3.keras').predict(x, verbose=0).shape == (64, 1)\n"
        "model.load_weights('last.weights.h5')\n"
    )
    assert {"best-3.keras", "logs", "log.csv", "backup", "last.weights.h5"}.isdisjoint(
        path.name for path in Path().iterdir()
    )
    assert ["was not written by `ModelCheckpoint`" in note for note in subject.notes] == [True, True]


@pytest.mark.filterwarnings("ignore:Skipping variable loading for optimizer")
def test_a_file_that_no_callback_would_have_written_is_loaded_as_ever(checked):
    (subject,) = checked(
        "start = model.get_weights()\nmodel.save_weights('start.weights.h5')\nmodel.fit(x, y, epochs=2)\n"
        "model.load_weights('start.weights.h5')\n"
        "assert all((a == b).all() for a, b in zip(start, model.get_weights()))\n"
        "model.load_weights('missing.weights.h5')"
    )
    (note,) = subject.notes
    assert note.startswith("after its fit the script raised FileNotFoundError")


def test_hooks_of_single_batches_are_called_for_each(checked):
    (subject,) = checked(
        "class Warm(callbacks.Callback):\n"
        "    seen = []\n"
        "    def on_train_batch_begin(self, batch, logs=None):\n"
        "        self.model.optimizer.learning_rate = 0.001 * (len(self.seen) + 1)\n"
        "    def on_train_batch_end(self, batch, logs=None):\n"
        "        self.seen.append((batch, logs['loss'] > 0))\n"
        "model.fit(x, y, batch_size=16, epochs=2, callbacks=[Warm()])\n"
        "assert Warm.seen[:8] == [(i % 4, True) for i in range(8)]\n"
        "assert abs(float(model.optimizer.learning_rate) - 0.008) < 1e-6"
    )
    assert subject.notes == []


def test_a_callback_that_raises_is_told_with_its_line(checked):
    (subject,) = checked(
        "class Bad(callbacks.Callback):\n    def on_epoch_end(self, epoch, logs=None):\n"
        "        raise KeyError('val_f1')\nmodel.fit(x, y, epochs=2, callbacks=[Bad()])"
    )
    assert subject.verdict == "not_checked"
    (finding,) = subject.findings
    assert finding.message == "KeyError: 'val_f1'"
    assert finding.source.line == 10


def test_early_stopping_and_schedules_take_effect(checked):
    (subject,) = checked(
        "class Last(callbacks.Callback):\n    def on_train_end(self, logs=None):\n"
        "        Last.rate = float(self.model.optimizer.learning_rate)\n"
        "model.fit(x, y, epochs=9, callbacks=[callbacks.LearningRateScheduler(lambda e: 0.1 / 2**e),\n"
        "    callbacks.EarlyStopping('loss', min_delta=1e9, patience=2), Last()])\n"
        "assert abs(Last.rate - 0.025) < 1e-6"
    )
    assert "stopped by a callback after 6 steps" in subject.plan
    assert subject.notes == []


@pytest.mark.parametrize("name", ["ExponentialDecay", "Own"])
def test_the_rate_of_a_schedule_object_can_be_scaled(name):
    from healthcheck.probes.bench import Bench
    from healthcheck.probes.trace import TracedModel
    from healthcheck.remedies import ScaleLearningRate
    from healthcheck.subject import Examples, Subject

    class Own(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            return 0.5

    schedule = Own() if name == "Own" else keras.optimizers.schedules.ExponentialDecay(0.5, 10**6, 1.0)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(schedule), "mse")
    model.optimizer.build(model.trainable_variables)
    ones = keras.ops.convert_to_numpy(keras.ops.ones((4, 1)))
    subject = Subject("m", model, Examples(ones, ones), 4, 1, 1)
    bench = Bench(subject, 0, float("inf"))
    moved = []
    remedy = ScaleLearningRate(0.1, float("nan"), "SGD")
    with remedy.applied(subject) as remedied:
        assert remedy.retraces
        twin = bench.twin(remedied, TracedModel(remedied))
        twin.train(0, 1)
        moved.append(float(model.layers[0].kernel.numpy()[0, 0]))
    bench.train(0, 1)
    moved.append(float(model.layers[0].kernel.numpy()[0, 0]))
    assert moved == pytest.approx([0.1, 1.0])  # the gradient is -2
