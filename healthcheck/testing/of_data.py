"""Healthy evidence of the data, a keyword for every number that a rule may compare."""
# ruff: noqa: PLR0913

from math import nan

from healthcheck import evidence


def table(
    name: str = "x",
    *,
    rows: int = 1000,
    columns: int = 10,
    constant: int = 0,
    duplicate: int = 0,
    condition: float = 4.0,
    correlation: float = 0.3,
) -> evidence.Table:
    """Return ten columns that all vary and correlate a little."""
    useless = constant + duplicate
    made = (name, rows, columns, constant, duplicate, 0 if useless else -1, columns - useless)
    return evidence.Table(*made, condition, correlation, (0, 1))


def features(*tables: evidence.Table, examples: int = 1000, identical: bool = False) -> evidence.Features:
    """Return one table whose rows differ."""
    return evidence.Features(examples, identical, tables or (table(),))


def target(
    name: str = "output",
    *,
    classes: tuple[tuple[str, int], ...] = (("0", 500), ("1", 500)),
    evenness: float = 1.0,
    mean: float = 0.5,
    std: float = 0.5,
    predicted_mean: float = 0.5,
    predicted_std: float = 0.1,
) -> evidence.Target:
    """Return two classes, equally frequent."""
    return evidence.Target(name, name, classes, evenness, False, mean, std, predicted_mean, predicted_std)


def numbers(
    name: str = "output",
    *,
    mean: float = 0.0,
    std: float = 1.0,
    predicted_mean: float = 0.0,
    predicted_std: float = 0.5,
) -> evidence.Target:
    """Return standardized numbers."""
    return evidence.Target(name, name, (), nan, True, mean, std, predicted_mean, predicted_std)


def targets(*outputs: evidence.Target) -> evidence.Targets:
    """Return the targets of a model that predicts a class and a number."""
    return evidence.Targets(outputs or (target("class"), numbers("number")))


def label_order(*, alike: float = 0.5, by_chance: float = 0.5) -> evidence.LabelOrder:
    """Return two classes in a random order."""
    return evidence.LabelOrder("output", alike, by_chance)


def order(
    *labels: evidence.LabelOrder, shuffled: bool = False, examples: int = 1000, steps_per_epoch: int = 32
) -> evidence.Order:
    """Return labels that are well mixed, though the fit does not shuffle them."""
    return evidence.Order(shuffled, examples, steps_per_epoch, labels or (label_order(),))


def overlap(
    *, shared: int = 0, examples: int = 200, chance: float = 1.0, complete: bool = True
) -> evidence.Overlap:
    """Return validation examples of which none is in the training data."""
    return evidence.Overlap(examples, shared, 0, chance, complete)


def normalizer(
    layer: str = "normalization", *, adapted: bool = True, rms: float = 150.0, offset: float = 2.0
) -> evidence.Normalizer:
    """Return an adapted layer to which raw pixels arrive."""
    return evidence.Normalizer(layer, adapted, rms, offset)


def normalizers(*layers: evidence.Normalizer) -> evidence.Normalizers:
    """Return one adapted layer."""
    return evidence.Normalizers(layers or (normalizer(),))
