"""Write down as numbers to draw what was measured: a translation, no judgement."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from healthcheck import report
from healthcheck.evidence import (
    Activations,
    Curvature,
    Inputs,
    RangeTest,
    Signals,
    Targets,
    Training,
    Units,
)
from healthcheck.prechelt import stopping_epochs

MAX_FEATURES = 40
"""Features in one picture."""


def pictures(evidence: dict[type, Any]) -> report.Pictures:
    """Return what can be drawn; what was not measured stays empty."""
    measured, units = evidence.get(Training), evidence.get(Activations)
    drawn = report.Pictures(
        units=_unit_shares(units) if isinstance(units, Activations) else [],
        signals=_signals(evidence.get(Signals)),
        features=_features(evidence.get(Inputs)),
        classes=_classes(evidence.get(Targets)),
        range_test=_range_test(evidence.get(RangeTest)),
        curvature=_curvature(evidence.get(Curvature)),
    )
    return drawn.model_copy(update=_of_training(measured)) if isinstance(measured, Training) else drawn


def _of_training(measured: Training) -> dict[str, object]:
    curves = {"loss": measured.loss} | measured.metrics
    if len(measured.validation_loss):
        curves["val_loss"] = measured.validation_loss
    epochs = measured.points / measured.steps_per_epoch
    return {
        "curves": [
            report.Curve(
                name=name, steps=measured.points.tolist(), epochs=epochs.tolist(), values=_floats(values)
            )
            for name, values in curves.items()
        ],
        "constant_loss": measured.constant_loss,
        "stops": stopping_epochs(epochs, measured.loss, measured.validation_loss),
        "layers": [_trace(measured, index) for index in range(len(measured.kernel_layers))],
    }


def _signals(measured: Signals | None) -> list[report.LayerSignal]:
    if measured is None or not len(measured.activation_std):
        return []
    ends = (_floats(of[at]) for of in (measured.activation_std, measured.signal_rms) for at in (0, -1))
    return [
        report.LayerSignal(
            layer=layer,
            activation_std_start=before,
            activation_std_end=after,
            signal_rms_start=back_before,
            signal_rms_end=back_after,
        )
        for layer, before, after, back_before, back_after in zip(measured.layers, *ends, strict=True)
    ]


def _features(measured: Any) -> report.FeatureRanges | None:
    if not isinstance(measured, Inputs) or not len(measured.ranges):
        return None
    count = len(measured.ranges)
    shown = np.linspace(0, count - 1, min(count, MAX_FEATURES)).round().astype(int)
    low, high, mean, std = measured.ranges[shown].T
    return report.FeatureRanges(
        layer=measured.layer,
        features=count,
        numbers=(shown + 1).tolist(),
        low=_floats(low),
        high=_floats(high),
        standardized_low=_floats((low - mean) / std),
        standardized_high=_floats((high - mean) / std),
    )


def _classes(measured: Any) -> dict[str, dict[str, int]]:
    outputs = measured.outputs if isinstance(measured, Targets) else ()
    return {target.name: dict(target.classes) for target in outputs if target.classes}


def _range_test(measured: Any) -> report.RangeTest | None:
    if not isinstance(measured, RangeTest) or not len(measured.rates):
        return None
    return report.RangeTest(
        rates=_floats(measured.rates), losses=_floats(measured.losses), rate=measured.rate
    )


def _curvature(measured: Any) -> report.Curvature | None:
    if not isinstance(measured, Curvature) or np.isnan(measured.largest_eigenvalue):
        return None
    return report.Curvature(
        largest_eigenvalue=measured.largest_eigenvalue, stable_rate=measured.stable_rate, rate=measured.rate
    )


def _trace(measured: Training, index: int) -> report.LayerTrace:
    return report.LayerTrace(
        layer=measured.kernel_layers[index],
        steps=measured.measured_steps.tolist(),
        gradient_norm=_floats(measured.gradient_norm[:, index]),
        gradient_mean=_floats(measured.gradient_mean[:, index]),
        gradient_std=_floats(measured.gradient_std[:, index]),
        weight_mean=_floats(measured.weight_mean[:, index]),
        weight_std=_floats(measured.weight_std[:, index]),
        update_ratio=_floats(measured.update_ratio[:, index]),
    )


def _unit_shares(units: Activations) -> list[report.UnitShare]:
    def share(of: Units, kind: str) -> float | None:
        applies = of.activation.rectifies if kind == "dead" else of.activation.saturates
        return getattr(of, kind) if applies else None

    return [
        report.UnitShare(
            layer=old.layer,
            dead_before=share(old, "dead"),
            dead_after=share(new, "dead"),
            saturated_before=share(old, "saturated"),
            saturated_after=share(new, "saturated"),
        )
        for old, new in zip(units.before, units.after, strict=True)
        if old.hidden and (old.activation.rectifies or old.activation.saturates)
    ]


def _floats(values: Sequence[float] | np.ndarray) -> list[float]:
    return [float(f"{value:.6g}") for value in values]
