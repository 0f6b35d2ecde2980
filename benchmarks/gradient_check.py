"""How exact the gradient check is over the layers, activations and losses of Keras, and what it costs.

`python benchmarks/gradient_check.py` prints the median and the worst relative error of the numeric
against the analytic slope, and for some layers the time of `check_gradients` as a ratio to one
training step of a model with that layer and to `tf.test.compute_gradient` on the same layer.
Slopes smaller than their own error estimate (a bias before a normalization) are counted apart.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

ROOT = Path(__file__).parent.parent
TIMED = ("Dense", "LayerNormalization", "Conv2D", "LSTM", "MultiHeadAttention")


def main() -> None:
    """Print accuracy and times, and write them down."""
    sys.path.insert(0, str(ROOT / "tests" / "gradients"))
    import keras
    import keras_cases

    errors: dict[str, dict[str, float]] = {"float64": {}, "float32": {}}
    void = 0
    for cases in (keras_cases.LAYERS, keras_cases.ACTIVATIONS, keras_cases.LOSSES):
        for name, make in cases.items():
            keras.utils.set_random_seed(1)
            precision, worst, dropped = _error(make)
            errors[precision][name] = worst
            void += dropped
    result: dict[str, Any] = {"slopes without a value": void}
    print(f"{'':10} {'cases':>6} {'median':>9} {'worst':>9}")
    for precision, found in errors.items():
        name = max(found, key=lambda one: found[one])
        print(f"{precision:10} {len(found):6} {median(found.values()):9.1e} {found[name]:9.1e}  ({name})")
        result[precision] = {"cases": len(found), "median": median(found.values()), "worst": found[name]}
    print(f"{void} slopes are zero but for rounding and have no relative error")
    print(f"\n{'':20} {'check':>9} {'/ step':>8} {'/ compute_gradient':>19}")
    for name in TIMED:
        ours, step, theirs = _times(keras_cases.LAYERS[name])
        result[name] = {"seconds": ours, "per step": ours / step, "per compute_gradient": ours / theirs}
        print(f"{name:20} {ours:7.2f} s {ours / step:8.0f} {ours / theirs:19.2f}")
    file = ROOT / "benchmarks" / "results" / "gradient_check.json"
    file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _error(make: Callable[[], Any]) -> tuple[str, float, int]:
    from healthcheck import check_gradients

    target, inputs = make()
    report = check_gradients(target, *inputs)
    told = [slope for slope in report.slopes if slope.scale > slope.error]
    worst = max((abs(slope.analytic - slope.numeric) / slope.scale for slope in told), default=0.0)
    return report.precision, worst, len(report.slopes) - len(told)


def _times(make: Callable[[], Any]) -> tuple[float, float, float]:
    """Return seconds of our check, tracing included, of a training step, and of TensorFlow's own check."""
    import keras
    import numpy as np
    import tensorflow as tf

    from healthcheck import check_gradients

    layer, inputs = make()
    flat = [tf.convert_to_tensor(one) for one in inputs]
    layer(*flat)
    ours = _seconds(lambda: check_gradients(layer, *inputs))
    weights = [variable.value for variable in layer.trainable_variables]
    optimizer = keras.optimizers.SGD(1e-9)
    optimizer.build(layer.trainable_variables)

    @tf.function
    def step() -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(*flat) ** 2)
        optimizer.apply(tape.gradient(loss, layer.trainable_variables), layer.trainable_variables)

    def output(*values: Any) -> Any:
        variables = layer.trainable_variables
        with keras.StatelessScope(list(zip(variables, values[: len(variables)], strict=True))):
            return layer(*values[len(variables) :])

    step()
    one_step = median(_seconds(step) for _ in range(20))
    values = [np.asarray(value) for value in (*weights, *flat)]
    theirs = _seconds(lambda: tf.test.compute_gradient(output, values))
    return ours, one_step, theirs


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
