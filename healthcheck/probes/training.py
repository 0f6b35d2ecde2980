"""Probe: the training as planned, from the user's own initial weights.

The model's own `train_step`, the user's epoch-level callbacks, curves in inference
mode on fixed examples. The caller puts the start back. Cost: the planned
training, or the budget, whichever is less.
"""

import numpy as np

from healthcheck.evidence import NonFinite, Training
from healthcheck.evidence.signals import Signals
from healthcheck.probes.bench import MAX_MEASURED, Bench, Run
from healthcheck.probes.moments import CALL_MOMENTS
from healthcheck.subject import kernels


def probe(bench: Bench) -> tuple[Training, Run]:
    """Train once and describe what happened; the run itself serves the experiments as their first seed."""
    run = bench.train(0, measured=MAX_MEASURED)
    return described(bench, run), run


def described(bench: Bench, run: Run) -> Training:
    """Describe a training from the first seed, of which at most `MAX_MEASURED` steps were measured."""
    moments = np.concatenate(run.kernels).astype("float64")
    sizes = np.array([float(np.prod(variable.shape)) for _, variable in kernels(bench.subject.model)])
    plan = bench.subject
    return Training(
        planned_steps=plan.planned_steps,
        steps=run.steps,
        planned_epochs=plan.epochs,
        steps_per_epoch=plan.steps_per_epoch,
        stopped_early=run.stopped_early,
        step_losses=np.concatenate(run.step_losses),
        points=np.array(run.points),
        loss=np.array([point.loss for point in run.train]),
        validation_loss=np.array([point.loss for point in run.validation]),
        metrics=_metrics(run),
        evaluated=bench.evaluated.count,
        validated=bench.validated.count if bench.validated else 0,
        constant_loss=bench.constant_loss,
        constant_validation_loss=bench.constant_validation_loss,
        kernel_layers=tuple(bench.traced.kernel_paths),
        measured_steps=_measured(run, moments, plan.planned_steps),
        gradient_norm=np.sqrt(moments[..., 1] * sizes),
        gradient_mean=moments[..., 0],
        gradient_std=_std(moments[..., 0], moments[..., 1]),
        weight_mean=moments[..., 2],
        weight_std=_std(moments[..., 2], moments[..., 3]),
        update_ratio=_ratio(moments[..., 4], moments[..., 3]),
        training_loss=bench.training_loss(run),
        non_finite=_first_non_finite(bench, run) or _spoiled_weights(bench, run, moments),
        complete=plan.complete and plan.validation_complete,
    )


def signals(bench: Bench, run: Run) -> Signals:
    """Return what flowed through the layers at the measured steps of the training."""
    paths = tuple(bench.traced.call_paths)
    seen = [calls for calls in run.calls if len(calls)]
    moments = np.concatenate(seen) if seen else np.zeros((0, len(paths), CALL_MOMENTS))
    return Signals(paths, _std(moments[..., 0], moments[..., 1]), np.sqrt(moments[..., 2]))


def _measured(run: Run, moments: np.ndarray, planned: int) -> np.ndarray:
    marks = np.unique(np.linspace(0, planned - 1, min(planned, MAX_MEASURED)).astype(int))
    return marks[: len(moments)]


def _std(mean: np.ndarray, square: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", over="ignore"):
        return np.sqrt(np.maximum(square - mean**2, 0.0))


def _ratio(update: np.ndarray, weight: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", over="ignore"):
        return np.sqrt(np.divide(update, weight, out=np.full_like(update, np.nan), where=weight > 0))


def _metrics(run: Run) -> dict[str, np.ndarray]:
    metrics = {name: [point.metrics[name] for point in run.train] for name in run.train[0].metrics}
    if run.validation:
        metrics |= {
            f"val_{name}": [point.metrics[name] for point in run.validation]
            for name in run.validation[0].metrics
        }
    return {name: np.array(values) for name, values in metrics.items()}


def _first_non_finite(bench: Bench, run: Run) -> NonFinite | None:
    """Replay the training to the step before the loss went bad and look layer by layer."""
    if run.is_finite:
        return None
    bench.begin(0)
    if not bench.state.is_finite():
        return NonFinite("weights", None, 0)
    bad = run.steps - 1 if run.steps and not np.isfinite(run.step_losses[-1][-1]) else run.steps
    last = max(bad - 1, 0)
    bench.train(0, steps=last, points=1) if last else None
    epoch, at = divmod(last, bench.subject.steps_per_epoch)
    slots = bench.schedule(0).epochs(epoch, epoch + 2).part(at, at + 2)
    steps = bench.measure(slots)
    rows = zip(steps.calls, steps.losses, steps.kernels, strict=True)
    for number, (of_calls, loss, of_kernels) in enumerate(rows):
        found = _in_step(bench, of_calls, loss, of_kernels, last + number)
        if found:
            return found
    return NonFinite("loss", None, bad)


def _spoiled_weights(bench: Bench, run: Run, moments: np.ndarray) -> NonFinite | None:
    """Find kernels that are not finite though the loss is: on some devices a ReLU makes zeros of NaN."""
    bad = np.argwhere(~np.isfinite(moments[..., 3]))
    if not len(bad):
        return None
    slot, kernel = bad[0]
    step = int(_measured(run, moments, bench.subject.planned_steps)[slot])
    return NonFinite("weights", bench.traced.kernel_paths[int(kernel)], step)


def _in_step(
    bench: Bench, of_calls: np.ndarray, loss: float, of_kernels: np.ndarray, step: int
) -> NonFinite | None:
    """Look in the order in which a step computes: layers, loss, gradients."""
    activations = np.flatnonzero(~np.isfinite(of_calls[:, 1]))
    if len(activations):
        return NonFinite("activation", bench.traced.call_paths[int(activations[0])], step)
    if not np.isfinite(loss):
        return NonFinite("loss", None, step)
    # Back-propagation runs from the output: the last layer with a bad gradient got it first.
    gradients = np.flatnonzero(~np.isfinite(of_kernels[:, 1]))
    if len(gradients):
        return NonFinite("gradient", bench.traced.kernel_paths[int(gradients[-1])], step)
    return None


def epoch_curves(bench: Bench, run: Run) -> dict[str, list[float]]:
    """Return the curves as `History.history` has them: one value for every planned epoch."""
    first, epochs = bench.subject.initial_epoch, np.arange(1, bench.subject.epochs + 1)
    ends = np.array(run.history.epoch) + 1 - first
    curves = run.history.history if len(ends) else {}
    return {name: np.interp(epochs, ends, values).tolist() for name, values in curves.items()}
