"""What is made at every call, and the remedies that change layers and losses."""

import keras
import numpy as np
import pytest

from healthcheck.remedies import DropDropout, FittingLoss, LayerNormalizationInstead, MeanLoss
from healthcheck.subject import path_of

NET = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.last = layers.Dense(1)

    def call(self, x):
        {line}
        return self.last(x)


x = random.normal(size=(32, 4)).astype("float32")
model = Net()
model.compile("sgd", "mse")
model.fit(x, x[:, :1], epochs=2, verbose=0)
"""


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("x = layers.Dense(4)(x)", "Dense"),
        ("x = x * keras.Variable(1.0)", "variable"),
        ("x = layers.Dropout(0.5)(x)", "Dropout"),
    ],
)
def test_what_is_made_at_every_call_is_a_fact_with_its_line(check_script, line, kind):
    (report,) = check_script(NET.format(line=line))
    (finding,) = [finding for finding in report.findings if finding.status == "fail"]
    assert (finding.rule, finding.source.line, finding.cause) == ("layers-created-in-call", 12, True)
    assert kind in finding.message
    assert report.verdict == "unhealthy"


@pytest.mark.parametrize("line", ["pass", "x = layers.ReLU()(x)"])
def test_what_has_no_variables_may_be_made_anywhere(capture, line):
    ((subject,), _, _) = capture(NET.format(line=line))
    assert subject.remade == ()


@pytest.fixture
def subject(capture):
    ((subject,), _, _) = capture("""
        model = keras.Sequential([
            keras.Input((4,)), layers.Dense(8), layers.BatchNormalization(name="norm"), layers.Dropout(0.5, name="drop"),
            layers.Dense(1, "sigmoid", kernel_regularizer="l2")])
        model.compile("sgd", keras.losses.MeanSquaredError(reduction="sum"))
        x = random.normal(size=(32, 4)).astype("float32")
        model.fit(x, (x[:, :1] > 0) * 1.0, epochs=2, verbose=0)
    """)
    return subject


def named(subject, name):
    return next(layer for layer in subject.model.layers if layer.name == name)


def test_dropout_is_out_inside_the_block_only(subject):
    drop, ones = named(subject, "drop"), np.ones((4, 8), "float32")
    with DropDropout((path_of(drop),)).applied(subject):
        assert np.asarray(drop(ones, training=True)).tolist() == ones.tolist()
    assert drop.rate == 0.5


def test_batch_normalization_normalizes_per_example_inside_the_block_only(subject):
    norm, x = named(subject, "norm"), np.random.default_rng(0).normal(3.0, 2.0, (4, 8)).astype("float32")
    with LayerNormalizationInstead((path_of(norm),)).applied(subject):
        expected = keras.layers.LayerNormalization(epsilon=norm.epsilon)(x)
        np.testing.assert_allclose(norm(x, training=True), expected, rtol=1e-4, atol=1e-5)
    assert "call" not in vars(norm)
    assert abs(float(np.mean(norm(x, training=False)))) > 1.0


def losses(subject):
    model, x, y = subject.model, subject.train.x, subject.train.y
    predicted = model(x, training=False)
    penalty = float(np.sum([np.sum(extra) for extra in model.losses]))
    return y, np.asarray(predicted), penalty, float(model.compute_loss(x=x, y=y, y_pred=predicted))


def test_the_fitting_loss_is_computed_inside_the_block_only_and_penalties_stay(subject):
    y, predicted, penalty, before = losses(subject)
    with FittingLoss("binary", from_logits=False).applied(subject):
        entropy = -np.mean(y * np.log(predicted) + (1 - y) * np.log(1 - predicted))
        assert losses(subject)[-1] == pytest.approx(entropy + penalty, rel=1e-4)
    assert losses(subject)[-1] == before


def test_the_mean_is_computed_inside_the_block_only_and_penalties_stay(subject):
    y, predicted, penalty, before = losses(subject)
    assert before == pytest.approx(np.sum((y - predicted) ** 2) + penalty, rel=1e-4)
    with MeanLoss().applied(subject):
        assert losses(subject)[-1] == pytest.approx(np.mean((y - predicted) ** 2) + penalty, rel=1e-4)
    assert losses(subject)[-1] == before


def test_remedies_say_how_a_user_would_write_them():
    assert FittingLoss("sparse", from_logits=True).code == (
        "loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
    )
    assert FittingLoss("squared", from_logits=False).name == "use the loss MeanSquaredError"
    assert LayerNormalizationInstead(("norm",)).code == "keras.layers.LayerNormalization()"
    assert MeanLoss().code.startswith('reduction="sum_over_batch_size"')
    assert "delete this layer" in DropDropout(("drop",)).code
