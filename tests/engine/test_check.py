"""The whole chain, from a script's text to its part of the report, in this process."""

import random

import numpy as np
import pytest

from healthcheck.config import Settings, configured_rules
from healthcheck.keras_private import registered_gradients
from healthcheck.run import check

DATA = """
x = random.normal(size=(300, 2)).astype("float32")
y = (x[:, 0] * x[:, 1] > 0).astype(int)
"""


def body(
    *hidden, output='layers.Dense(1, "sigmoid")', optimizer='"adam"', loss='"binary_crossentropy"', fit=""
):
    lines = "".join(f"    {layer},\n" for layer in (*hidden, output))
    return (
        DATA + f"model = keras.Sequential([\n    keras.Input((2,)),\n{lines}])\n"
        f"model.compile({optimizer}, {loss}, metrics=['accuracy'])\n"
        f"model.fit(x, y, batch_size=32, epochs=30, verbose=0{fit})\n"
    )


HEALTHY = body('layers.Dense(32, "relu")', optimizer="keras.optimizers.Adam(0.01)")


def the_cause(report):
    causes = [finding for finding in report.findings if finding.cause]
    return causes[0].rule, causes[0].source.line


def test_a_healthy_model_has_no_fail_and_no_warning(check_script):
    (report,) = check_script(HEALTHY)
    assert report.verdict == "healthy"
    assert [f.message for f in report.findings if f.status != "info"] == []
    assert report.plan == "30 epochs of 10 steps, batch size 32; all 300 steps done"


def test_every_selected_rule_has_a_status_and_every_skip_a_reason(check_script):
    (report,) = check_script(HEALTHY)
    assert {outcome.rule for outcome in report.rules} == set(configured_rules(Settings()))
    assert all(o.reason for o in report.rules if o.status in ("not_applicable", "inconclusive"))


def test_vanishing_gradients_are_proven_on_every_seed(check_script):
    script = body(*['layers.Dense(5, "sigmoid")'] * 4).replace("epochs=30", "epochs=120")
    (report,) = check_script(script)
    assert report.verdict == "unhealthy"
    assert the_cause(report) == ("vanishing-gradients", 10)
    cause = next(finding for finding in report.findings if finding.cause)
    assert (cause.experiment.better_on, cause.experiment.seeds) == (3, [0, 1, 2])
    assert cause.experiment.after < cause.experiment.before
    assert [f.source.line for f in report.findings if f.rule == "vanishing-gradients"] == [10, 11, 12, 13]


def test_a_diverging_training_is_the_learning_rates_fault(check_script):
    regression = {"output": "layers.Dense(1)", "optimizer": "keras.optimizers.SGD(50.0)", "loss": '"mse"'}
    script = body('layers.Dense(16, "relu")', **regression).replace(
        "model.fit(x, y,", "model.fit(x, x[:, 0],"
    )
    (report,) = check_script(script)
    assert the_cause(report) == ("learning-rate-too-high", 13)
    assert {f.rule for f in report.findings if f.status == "fail"} >= {
        "learning-rate-too-high",
        "non-finite-values",
    }


def test_a_rate_that_is_far_too_low_fails_at_the_line_of_the_compile(check_script):
    (report,) = check_script(body('layers.Dense(32, "relu")', optimizer="keras.optimizers.Adam(2e-5)"))
    failed = {f.rule: f.source.line for f in report.findings if f.status == "fail"}
    assert failed["learning-rate-too-low"] == 13


def test_constant_kernels_are_symmetric_units(check_script):
    (report,) = check_script(body('layers.Dense(8, "relu", kernel_initializer="zeros")'))
    assert ("symmetric-units", 10) in {(f.rule, f.source.line) for f in report.findings if f.status == "fail"}


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis -1")
def test_a_softmax_over_one_unit_fails_though_its_loss_falls(check_script):
    (report,) = check_script(body('layers.Dense(32, "relu")', output='layers.Dense(1, "softmax")'))
    assert the_cause(report) == ("output-loss-mismatch", 11)


def test_a_linear_output_under_cross_entropy_is_named_with_its_remedy(check_script):
    (report,) = check_script(body('layers.Dense(32, "relu")', output="layers.Dense(1)"))
    assert the_cause(report) == ("output-loss-mismatch", 11)
    assert 'activation="sigmoid"' in report.findings[0].remedy.code


def test_logits_with_from_logits_are_right(statuses):
    found = statuses(
        body(
            'layers.Dense(32, "relu")',
            output="layers.Dense(1)",
            optimizer="keras.optimizers.Adam(0.01)",
            loss="keras.losses.BinaryCrossentropy(from_logits=True)",
        )
    )
    assert found["output-loss-mismatch"] == "pass"
    assert "fail" not in found.values()


def test_labels_outside_the_classes_fail_at_the_line_of_the_fit(check_script):
    (report,) = check_script(
        body('layers.Dense(32, "relu")').replace("model.fit(x, y,", "model.fit(x, 2 * y - 1,")
    )
    assert the_cause(report) == ("target-out-of-range", 14)


def test_nan_in_the_data_is_told_and_nothing_else_is_judged(check_script):
    (report,) = check_script(HEALTHY.replace("y = (", "x[7, 1] = np.nan\ny = ("))
    assert report.verdict == "not_checked"
    assert "x holds 1 NaN or infinite entries, the first in row 7" in report.summary
    statuses = {outcome.rule: outcome.status for outcome in report.rules}
    assert statuses.pop("non-finite-data") == "fail"
    assert statuses.pop("not-checkable") == "pass"
    assert statuses.pop("no-validation-data") == "info"
    assert set(statuses.values()) == {"inconclusive"}


def test_too_few_epochs_leave_overfitting_inconclusive(check_script):
    (report,) = check_script(HEALTHY.replace("epochs=30", "epochs=3, validation_split=0.2"))
    (outcome,) = [outcome for outcome in report.rules if outcome.rule == "overfitting"]
    assert (outcome.status, outcome.reason) == ("inconclusive", "3.0 epochs; 10 are needed")


def test_a_budget_that_is_too_small_is_inconclusive_and_never_healthy(check_script):
    (report,) = check_script(HEALTHY, budget=1e-6)
    assert report.verdict == "not_checked"
    assert "no step of the training fits into the budget" in report.summary
    assert any(outcome.status == "inconclusive" and "budget" in outcome.reason for outcome in report.rules)


def test_without_experiments_a_symptom_only_warns(check_script):
    (report,) = check_script(body(*['layers.Dense(5, "sigmoid")'] * 4), experiments=False)
    assert {f.status for f in report.findings if f.rule == "vanishing-gradients"} <= {"warn", "fail"}
    assert all(finding.experiment is None for finding in report.findings)


def test_a_rule_that_needs_no_training_still_gets_its_experiment(check_script):
    raw = body('layers.Dense(32, "relu")', fit="").replace("y = (x", "x *= 1000.0\ny = (x")
    (report,) = check_script(raw, select=("missing-input-normalization",))
    (finding,) = report.findings
    assert finding.experiment is not None


def test_a_selected_rule_runs_alone(check_script):
    (report,) = check_script(HEALTHY, select=("output-loss-mismatch",))
    assert {outcome.rule for outcome in report.rules} == {"output-loss-mismatch", "not-checkable"}


def test_two_checks_of_one_subject_agree_in_every_byte_but_for_seconds_and_memory(capture):
    settings = Settings()
    reports = []

    def on_subject(subject):
        for _ in range(2):
            checked = check(subject, "t", settings, configured_rules(settings), lambda _: None)
            reports.append(
                checked.report.model_copy(update={"seconds": 0.0, "memory": 0.0}).model_dump_json()
            )
        return checked.curves

    capture(body(*['layers.Dense(5, "sigmoid")'] * 4, "layers.Dropout(0.1)"), on_subject)
    assert reports[0] == reports[1]


def test_a_check_leaves_no_trace(capture):
    import keras
    import tensorflow as tf

    from healthcheck.probes.state import everything
    from healthcheck.subject import value_of

    patched = (keras.layers.Layer.__call__, tf.GradientTape.gradient)
    seen = {}

    def on_subject(subject):
        before = [value_of(variable) for variable in everything(subject.model)]
        states = (random.getstate(), np.random.get_state()[1].copy())
        policy, trainable = keras.config.dtype_policy().name, [v.trainable for v in subject.model.variables]
        activations = [getattr(layer, "activation", None) for layer in subject.model.layers]
        checked = check(subject, "t", Settings(), configured_rules(Settings()), lambda _: None)
        seen["status"] = checked.report.verdict
        for old, variable in zip(before, everything(subject.model), strict=True):
            np.testing.assert_array_equal(old, value_of(variable))
        assert random.getstate() == states[0]
        np.testing.assert_array_equal(np.random.get_state()[1], states[1])
        assert keras.config.dtype_policy().name == policy
        assert [v.trainable for v in subject.model.variables] == trainable
        assert [getattr(layer, "activation", None) for layer in subject.model.layers] == activations
        assert subject.model.stop_training is False
        return {}

    script = body('layers.Dense(5, "sigmoid")', "layers.BatchNormalization()", "layers.Dropout(0.2)")
    _, faults, _ = capture(script, on_subject)
    assert seen, faults
    assert (keras.layers.Layer.__call__, tf.GradientTape.gradient) == patched


@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights")
def test_a_frozen_model_fails_for_having_nothing_to_train(check_script):
    frozen = HEALTHY.replace("model.compile(", "model.trainable = False\nmodel.compile(")
    (report,) = check_script(frozen)
    assert the_cause(report) == ("nothing-to-train", 14)


def test_attention_is_taken_with_its_own_softmax(check_script):
    (report,) = check_script("""
        x = random.normal(size=(200, 6, 8)).astype("float32")
        y = (x[:, :, 0].sum(axis=1) > 0).astype(int)
        tokens = keras.Input((6, 8))
        attended = layers.MultiHeadAttention(2, 4)(tokens, tokens)
        hidden = layers.GlobalAveragePooling1D()(layers.LayerNormalization()(tokens + attended))
        model = keras.Model(tokens, layers.Dense(1, "sigmoid")(hidden))
        model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
        model.fit(x, y, epochs=30, verbose=0)
    """)
    assert report.verdict == "healthy"
    assert [f.message for f in report.findings if f.status != "info"] == []


def test_labels_outside_the_classes_are_told_before_tensorflow_refuses_them(check_script):
    several = body('layers.Dense(8, "relu")', output='layers.Dense(2, "softmax")')
    several = several.replace('"binary_crossentropy"', '"sparse_categorical_crossentropy"')
    (report,) = check_script(several.replace("model.fit(x, y,", "model.fit(x, y + 1,"))
    assert the_cause(report) == ("target-out-of-range", 14)
    assert report.verdict == "unhealthy"


def test_a_check_leaves_no_graph_in_tensorflows_registry_of_gradients(check_script):
    known = registered_gradients()
    check_script(HEALTHY.replace("epochs=30", "epochs=5"))
    assert registered_gradients() == known
