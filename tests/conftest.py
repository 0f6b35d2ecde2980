"""What tests of the whole chain share: a script's text, checked in this process as the command would."""

import os
import signal

import hypothesis
import pytest

from healthcheck.config import Settings
from healthcheck.errors import HealthcheckError
from healthcheck.supervisor import Outcome, Request

collect_ignore = ["programs"]  # what is checked is no test of ours, though some of it is called so

# Whoever is started in the background inherits that Ctrl-C is ignored, and hands that on to what it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

os.environ["CI"] = "true"  # no test is to be told what another one found: without it results are kept

hypothesis.settings.register_profile("nightly", max_examples=2_000, deadline=None)


@pytest.fixture
def process_as_it_was(monkeypatch):
    """Give the next test back what a program and its check set: by the command each has a process of its own."""
    import keras
    import tensorflow as tf
    from tensorflow.python.framework.config import disable_op_determinism  # there is no public way back

    generator = tf.random.Generator
    monkeypatch.setattr(generator, "from_non_deterministic_state", generator.from_non_deterministic_state)
    yield
    disable_op_determinism()  # where it is on, Keras drops `jit_compile`
    keras.config.set_dtype_policy("float32")


@pytest.fixture
def check(tmp_path, process_as_it_was):
    """Return a function from a script's text to its subjects, from capture to report, in this process."""

    def run(text, name="train.py", **settings):
        from healthcheck.child import Found, check_target  # what it does loads TensorFlow

        (tmp_path / name).write_text(text)
        request = Request(target=str(tmp_path / name), arguments=[], settings=Settings(**settings))
        found = Found(tmp_path / "result.json", lambda _: None)
        try:
            check_target(request, found)
        except HealthcheckError as error:
            found.fault(request.target, str(error), getattr(error, "source", None))
        found.write(done=True)
        return Outcome.model_validate_json((tmp_path / "result.json").read_text()).subjects

    return run
