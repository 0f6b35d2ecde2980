"""Probe: the largest eigenvalue of the Hessian at the start, by Lanczos iteration.

Hessian-vector products by differentiating the gradient once more, in float32, on at most
`EXAMPLES` examples; batch statistics are used where a layer normalizes by them, dropout never is.
`scipy.sparse.linalg.eigsh` asks for some tens of them. The residual bounds how far the nearest
eigenvalue is. Only for SGD, where a quadratic of curvature c is stable up to 2 (1 + momentum) / c
(LeCun et al. 1998, section 5; Goh 2017 for momentum). The caller puts everything back. Cost: one
trace and some tens of double backward passes.
"""

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from scipy.sparse import linalg

from healthcheck.evidence import Curvature
from healthcheck.probes.bench import Bench
from healthcheck.probes.own_step import has_own_loss
from healthcheck.probes.range_test import has_settable_rate
from healthcheck.probes.trace import on_device
from healthcheck.subject import has_moving_statistics

EXAMPLES = 256
RESTARTS = 5
"""Of Lanczos iteration, twenty products each."""
TOLERANCE = 1e-3
"""Relative, of the eigenvalue."""
PRODUCTS = 100
"""Steps that take about as long as the whole measurement."""
UNKNOWN = Curvature(*[float("nan")] * 4)


def probe(bench: Bench, allowed: float) -> Curvature:
    """Find the rate up to which SGD is stable at the start, if that takes no longer than is allowed."""
    optimizer: Any = bench.subject.model.optimizer
    if not (isinstance(optimizer, keras.optimizers.SGD) and has_settable_rate(optimizer)):
        return UNKNOWN
    if allowed < PRODUCTS or has_own_loss(bench.subject.model, bench.subject.train.y):
        return UNKNOWN
    bench.begin(0)
    rate = float(np.asarray(optimizer.learning_rate))
    eigenvalue, residual = largest_eigenvalue(bench)
    stable = 2.0 * (1.0 + optimizer.momentum) / eigenvalue if eigenvalue > 0 else float("nan")
    return Curvature(eigenvalue, residual, stable, rate)


def largest_eigenvalue(bench: Bench) -> tuple[float, float]:
    """Return the eigenvalue and the norm of its residual; NaN where there are no second derivatives."""
    sizes = [int(np.prod(variable.shape)) for variable in bench.subject.model.trainable_variables]
    product, count = _hessian_product(bench), sum(sizes)
    start = np.random.default_rng([bench.seed, 37]).standard_normal(count)
    arpack: Any = linalg  # its annotations are wrong about `matvec` and `tol`
    try:
        if count == 1:
            return float(product(np.ones(1))[0]), 0.0
        operator = arpack.LinearOperator((count, count), matvec=product, dtype="float64")
        values, vectors = arpack.eigsh(operator, 1, which="LA", v0=start, maxiter=RESTARTS, tol=TOLERANCE)
    except LookupError:
        return float("nan"), float("nan")  # an operation whose gradient has no gradient
    except linalg.ArpackNoConvergence as unfinished:
        values, vectors = unfinished.eigenvalues, unfinished.eigenvectors
        if not len(values):
            return float("nan"), float("nan")
    residual = product(vectors[:, 0]) - values[0] * vectors[:, 0]
    return float(values[0]), float(np.linalg.norm(residual))


def _hessian_product(bench: Bench) -> Any:
    model = bench.subject.model
    variables = model.trainable_variables
    shapes = [tuple(variable.shape) for variable in variables]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    x, y, weight = on_device(bench.a_few(EXAMPLES))
    by_batch = has_moving_statistics(model)

    @tf.function(autograph=False)
    def traced(direction: list[Any]) -> Any:
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                prediction = model(x, training=by_batch)
                loss: Any = model.compute_loss(x=x, y=y, y_pred=prediction, sample_weight=weight)
            pairs = zip(inner.gradient(loss, variables), direction, strict=True)
            terms = [tf.reduce_sum(tf.convert_to_tensor(g) * d) for g, d in pairs if g is not None]
            along = tf.add_n(terms or [tf.constant(0.0)])
        return outer.gradient(along, variables, unconnected_gradients=tf.UnconnectedGradients.ZERO)

    def product(vector: np.ndarray) -> np.ndarray:
        parts = zip(np.split(np.ravel(vector), ends[:-1]), shapes, variables, strict=True)
        of = traced([tf.constant(part.reshape(shape), variable.dtype) for part, shape, variable in parts])
        return np.concatenate([np.ravel(tf.convert_to_tensor(one)) for one in of]).astype("float64")

    return product
