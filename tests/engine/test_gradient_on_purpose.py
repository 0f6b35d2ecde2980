"""A script with a gradient that is wrong on purpose, from its text to its report."""

import pytest

SCRIPT = """
    import tensorflow as tf

    @tf.custom_gradient
    def rounded(x):
        return tf.round(4 * x) / 4 + 0.5 * x, lambda up: up

    model = keras.Sequential([
        keras.Input((4,)),
        layers.Dense(8, activation="tanh"),
        layers.Lambda(rounded, name="rounded"),{comment}
        layers.Dense(1),
    ], name="small")
    model.compile("adam", "mse")
    x = random.normal(size=(64, 4))
    model.fit(x, x[:, :1], batch_size=16, epochs=2)
"""
COMMENT = "  # healthcheck: ignore[gradient-mismatch] straight-through on purpose"
LINE = 15


@pytest.mark.parametrize(("comment", "status"), [("", "fail"), (COMMENT, "info")])
def test_a_comment_on_the_layers_line_makes_the_finding_a_note_with_its_ratio(check_script, comment, status):
    (report,) = check_script(SCRIPT.format(comment=comment), select=["gradient-mismatch"])
    (finding,) = report.findings
    assert (finding.rule, finding.status, finding.layer) == (
        "gradient-mismatch",
        status,
        "small/rounded",
    )
    assert finding.source.line == LINE
    assert "the gradient of 'small/rounded' is 2 times what its own function has" in finding.message
    assert finding.message.endswith("(ignored on its line: straight-through on purpose)") == bool(comment)
    assert report.verdict == ("healthy" if comment else "unhealthy")
