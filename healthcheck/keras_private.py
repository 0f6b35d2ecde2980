"""The few private touches of Keras, each with the reason why no public way serves."""

from typing import Any


def sublayers(layer: Any) -> list[Any]:
    """Return the layers directly inside a layer.

    `Model.layers` is public but stops at models: what a `MultiHeadAttention`, a
    `Bidirectional` or a user's own composite layer holds is only in `_layers`.
    """
    return list(layer._layers)


def every_layer(model: Any) -> list[Any]:
    """Return all layers of a model, at every depth, parents before children, without the model itself."""
    return list(model._flatten_layers(include_self=False, recursive=True))


def schedule_of(optimizer: Any) -> Any:
    """Return the schedule object that an optimizer was given, None where it has a rate.

    The public `learning_rate` is the number that the schedule has come to.
    """
    given = getattr(optimizer, "_learning_rate", None)
    is_schedule = callable(given) and hasattr(given, "get_config") and not hasattr(given, "assign")
    return given if is_schedule else None


def settings_of(optimizer: Any) -> dict[str, Any]:
    """Return an optimizer's configuration, with a schedule as the object itself.

    `get_config` asks a schedule for its own, and many that users write have none.
    """
    schedule = schedule_of(optimizer)
    if schedule is None:
        return optimizer.get_config()
    optimizer._learning_rate = 0.0
    try:
        config = optimizer.get_config()
    finally:
        optimizer._learning_rate = schedule
    return config | {"learning_rate": schedule}
