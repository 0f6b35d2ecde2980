import pytest

from healthcheck.render.pointing import pointed


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('model.add(keras.layers.Dense(5, activation="sigmoid"))', "keras.layers.Dense"),
        ("x = layers.Conv2D(64, kernel_initializer=he(2))(x)", "layers.Conv2D"),
        ('model.compile(optimizer=Adam(0.1), loss="mse")', "model.compile"),
        ("历史 = 模型.fit(x, y)", "模型.fit"),
        ("model.fit(", "model.fit("),
        ("rate = 3", "rate = 3"),
        ("with strategy.scope():", "with strategy.scope():"),
        ("", ""),
        (r"x = fit('\d')", "fit"),
        ("-" * 100_000 + "fit()", "-" * 100_000 + "fit()"),
        ("\x00", "\x00"),
    ],
)
def test_the_mark_is_under_the_name_of_what_a_line_calls_or_under_all_of_it(code, words):
    start, end = pointed(code)
    assert code[start:end] == words
