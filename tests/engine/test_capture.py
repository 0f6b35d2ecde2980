import numpy as np
import pytest

from healthcheck.capture.script import NotCheckableError

MODEL = """
model = keras.Sequential([
    keras.Input((3,)),
    layers.Dense(4, activation="relu"),
    layers.Dense(1),
])
model.compile("sgd", "mse")
x, y = random.normal(size=(40, 3)), random.normal(size=(40, 1))
"""


def test_the_arguments_of_fit_are_the_subject(capture):
    ((subject,), _, _) = capture(MODEL + "model.fit(x, y, batch_size=8, epochs=7)")
    assert (subject.batch_size, subject.epochs, subject.steps_per_epoch, subject.planned_steps) == (
        8,
        7,
        5,
        35,
    )
    assert subject.train.count == 40
    assert subject.train.x.dtype == np.float32, "as Keras casts it"


def test_layers_compile_and_fit_know_their_lines(capture):
    ((subject,), _, _) = capture(MODEL + "model.fit(\n    x,\n    y,\n)")
    lines = {path.split("/")[-1]: source.line for path, source in subject.sources.layers.items()}
    assert sorted(lines.values()) == [8, 9]
    assert (subject.sources.compile.line, subject.sources.fit.line) == (11, 13)
    assert subject.sources.fit.code == "model.fit("


def test_a_layer_made_in_a_helper_of_the_script_stands_on_the_helpers_line(capture):
    ((subject,), _, _) = capture("""
        def block():
            return layers.Dense(2)
        model = keras.Sequential([keras.Input((2,)), block()])
        model.compile("sgd", "mse")
        model.fit(np.zeros((4, 2)), np.zeros((4, 2)))
    """)
    (source,) = subject.sources.layers.values()
    assert source.line == 7


def test_what_a_composite_layer_of_keras_makes_inside_stands_on_its_line(capture):
    ((subject,), _, _) = capture("""
        model = keras.Sequential([keras.Input((5, 2)), layers.Bidirectional(layers.LSTM(3)), layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(np.zeros((4, 5, 2)), np.zeros((4, 1)))
    """)
    assert {source.line for source in subject.sources.layers.values()} == {6}
    assert len(subject.sources.layers) > 3


def test_several_fits_are_several_subjects(capture):
    subjects, _, _ = capture(
        MODEL
        + "for epochs in (1, 2, 3):\n    model.compile('sgd', 'mse')\n    model.fit(x, y, epochs=epochs)"
    )
    assert [subject.epochs for subject in subjects] == [1, 2, 3]


def test_the_later_lines_run_on_the_returned_history(capture):
    subjects, faults, notes = capture(
        MODEL + "history = model.fit(x, y, epochs=3)\nassert len(history.history['loss']) == 3\n"
        "assert history.epoch == [0, 1, 2]\nassert model.evaluate(x, y, verbose=0) > 0\nmodel.predict(x, verbose=0)"
    )
    assert (len(subjects), faults, notes) == (1, [], [])


def test_validation_split_takes_the_last_examples_as_keras_does(capture):
    ((subject,), _, _) = capture(MODEL + "model.fit(x, y, validation_split=0.25)")
    assert (subject.train.count, subject.validation.count) == (30, 10)
    whole = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
    np.testing.assert_array_equal(subject.validation.x, whole[30:])


def test_lists_of_numbers_are_taken(capture):
    ((subject,), _, _) = capture("""
        model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(np.array([[0, 1], [1, 0], [1, 1]]), np.array([1, 0, 1]), validation_data=(np.eye(2), np.ones(2)))
    """)
    assert subject.train.count == 3
    assert subject.validation.count == 2


def test_a_batched_pipeline_gives_its_batches_in_its_own_order(capture):
    ((subject,), _, _) = capture(
        MODEL + "import tensorflow as tf\n"
        "model.fit(tf.data.Dataset.from_tensor_slices((x, y)).batch(16), epochs=2, "
        "validation_data=tf.data.Dataset.from_tensor_slices((x[:6], y[:6])).batch(4))"
    )
    assert (subject.batch_size, subject.steps_per_epoch, subject.train.count) == (16, 3, 40)
    assert not subject.shuffle
    assert subject.validation.count == 6


def test_an_endless_pipeline_is_read_until_it_comes_round(capture):
    ((subject,), _, _) = capture(
        MODEL + "import tensorflow as tf\n"
        "model.fit(tf.data.Dataset.from_tensor_slices((x, y)).batch(10).repeat(), steps_per_epoch=6, epochs=2)"
    )
    assert (subject.steps_per_epoch, subject.train.count, subject.complete) == (6, 40, True)


def test_class_weights_become_weights_of_the_examples(capture):
    ((subject,), _, _) = capture(MODEL + "model.fit(x, (y > 0).astype(int), class_weight={0: 1.0, 1: 3.0})")
    assert set(np.unique(subject.train.weight)) == {1.0, 3.0}


def test_a_fresh_weight_is_drawn_anew_and_a_loaded_one_is_not(capture):
    ((subject,), _, _) = capture(
        MODEL + "model.layers[0].set_weights([np.ones((3, 4)), np.zeros(4)])\nmodel.fit(x, y)"
    )
    drawn = [draw.variable.path.split("/", 1)[1] for draw in subject.draws]
    assert sum("kernel" in path for path in drawn) == 1


def test_an_error_after_the_fit_is_a_note(capture):
    subjects, _, (note,) = capture(MODEL + "model.fit(x, y)\nraise RuntimeError('no disk')")
    assert len(subjects) == 1
    assert note.startswith("after its fit the script raised RuntimeError: no disk (")
    assert note.endswith("train.py:14)")


def test_sys_exit_after_the_fit_is_an_end_like_any_other(capture):
    subjects, faults, notes = capture(MODEL + "model.fit(x, y)\nimport sys\nsys.exit(1)")
    assert (len(subjects), faults, notes) == (1, [], [])


def test_the_script_sees_its_arguments_and_its_own_folder(capture, tmp_path):
    (tmp_path / "neighbour.py").write_text("epochs = 4\n")
    ((subject,), _, _) = capture(
        "import sys, neighbour\nassert sys.argv[1:] == ['--fast']\nassert __name__ == '__main__'\n"
        + MODEL
        + "model.fit(x, y, epochs=neighbour.epochs)",
        arguments=["--fast"],
    )
    assert subject.epochs == 4


@pytest.mark.parametrize(
    ("body", "sentence", "line"),
    [
        (
            "def load():\n    raise ValueError('no such\\nthing')\nload()",
            "the script raised ValueError: no such",
            6,
        ),
        ("x = 1", "the script ran to its end without training anything", None),
        ("import sys\nsys.exit(3)", "the script ended with sys.exit(3) before any `model.fit`", None),
        ("x = = 1", "the script raised SyntaxError: invalid syntax", 5),
    ],
)
def test_a_script_that_gives_nothing_to_check_is_told_plainly(capture, body, sentence, line):
    with pytest.raises(NotCheckableError) as caught:
        capture(body)
    assert str(caught.value).startswith(sentence)
    assert (caught.value.source.line if caught.value.source else None) == line


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("model.fit(x[:0], y[:0])", "the training data is empty: there is not one example to train on"),
        ("model.fit(x, y[:3])", "the training data has inputs and targets of different lengths: [3, 40]"),
        ("model.fit(x, y, epochs=0)", "epochs=0 from initial_epoch=0 trains nothing"),
        ("model.fit(x, y, batch_size=0)", "batch_size=0 is not a positive number"),
        ("model.fit()", "`fit` was called without data"),
        ("keras.Sequential([layers.Dense(1)]).fit(x, y)", "the model was not compiled before `fit`"),
        (
            "model.fit(x, y, validation_split=0.999)",
            "validation_split=0.999 leaves one side of 40 examples empty",
        ),
        (
            "model.fit(np.array([['a', None]] * 40), y)",
            "the training data holds Python objects (shape (40, 2))",
        ),
    ],
)
def test_data_that_cannot_be_trained_on_is_a_fault_at_the_line_of_the_fit(capture, call, sentence):
    subjects, ((message, source),), _ = capture(MODEL + call)
    assert not subjects
    assert message.startswith(sentence)
    assert source.line == 13


def test_capturing_leaves_no_patch_behind(capture):
    import keras

    capture(MODEL + "model.fit(x, y)")
    assert "fit" not in vars(keras.Model)
    assert "compile" not in vars(keras.Model)
    assert keras.layers.Layer.__new__.__module__.startswith("keras")
    assert keras.layers.Layer.add_weight.__module__.startswith("keras")


def test_a_subclassed_model_declares_no_inputs_and_is_taken(capture):
    ((subject,), faults, _) = capture("""
        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.out = layers.Dense(1)
            def call(self, x):
                return self.out(x)
        model = Net()
        model.compile("sgd", "mse")
        model.fit(np.zeros((4, 2)), np.zeros((4, 1)))
    """)
    assert not faults
    assert [source.line for source in subject.sources.layers.values()] == [9]


def test_what_comes_before_a_trained_weight_is_not_drawn_anew(capture):
    (subject,), _, _ = capture("""
        model = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(4), layers.Dense(1)])
        model.layers[1].set_weights([np.ones((4, 4)), np.zeros(4)])
        model.compile("sgd", "mse")
        model.fit(np.zeros((8, 3)), np.zeros((8, 1)))
    """)
    drawn = {draw.variable.path.split("/")[-2] for draw in subject.draws if len(draw.variable.shape) == 2}
    assert drawn == {subject.model.layers[2].name}


def test_a_batch_size_that_only_the_input_names_is_no_obstacle(capture):
    (subject,), faults, _ = capture(
        MODEL.replace("keras.Input((3,))", "keras.Input((3,), batch_size=8)")
        + "model.fit(x, y, batch_size=8)"
    )
    assert (subject.batch_size, faults) == (8, [])


STATEFUL = """
    model = keras.Sequential([keras.Input((4, 2), batch_size=8), layers.GRU(3, stateful=True)])
    model.compile("sgd", "mse")
    x, y = random.normal(size=(21, 4, 2)), np.zeros((21, 3))
    model.fit({data}, batch_size={size}, epochs=2, shuffle=False)
"""


def test_a_model_that_carries_states_is_trained_in_whole_batches(capture):
    ((subject,), _, _) = capture(STATEFUL.format(data="x, y", size=8))
    assert (subject.train.count, subject.steps_per_epoch) == (16, 2)
    assert subject.notes == ("the last 5 examples fill no batch of 8 and are left out",)
    assert all(not np.any(layer.states[0]) for layer in subject.model.layers)  # not moved by the capture


@pytest.mark.parametrize(("data", "size", "first"), [("x, y", 7, 7), ("x[:5], y[:5]", 8, 5)])
def test_batches_that_the_states_do_not_fit_are_refused_in_one_sentence(capture, data, size, first):
    _, ((message, _),), _ = capture(STATEFUL.format(data=data, size=size))
    told = f"the model takes batches of 8 only, but the first batch of `fit` has {first} examples"
    assert message == told


def test_a_batch_size_that_is_built_into_an_operation_is_known(capture):
    ((subject,), _, _) = capture("""
        given = keras.Input((4,), batch_size=8)
        hidden = keras.ops.reshape(layers.Dense(6)(given), (8, 2, 3))
        model = keras.Model(given, layers.Flatten()(hidden))
        model.compile("sgd", "mse")
        model.fit(np.zeros((16, 4)), np.zeros((16, 6)), batch_size=8)
    """)
    assert subject.only_size == 8


def test_a_model_that_the_script_loads_is_compiled_as_it_was_saved(capture, tmp_path):
    (subject,), faults, _ = capture(
        MODEL
        + f"model.save('{tmp_path}/model.keras')\n"
        + f"loaded = keras.models.load_model('{tmp_path}/model.keras')\n"
        + "loaded.fit(x, y, epochs=3)"
    )
    assert not faults
    assert subject.model.compiled
    assert subject.model.loss == "mse"
