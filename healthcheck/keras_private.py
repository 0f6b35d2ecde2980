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
