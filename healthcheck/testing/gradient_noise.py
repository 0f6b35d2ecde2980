"""A batch size that suits the noise of the gradient."""

from healthcheck import evidence


def noise_scale(scale: float, low: float | None = None, high: float | None = None) -> evidence.NoiseScale:
    """Return a scale that is known to a factor of 1.25 unless given otherwise."""
    return evidence.NoiseScale(
        scale, 0.8 * scale if low is None else low, 1.25 * scale if high is None else high
    )


def gradient_noise(
    *,
    batch_size: int = 32,
    start: evidence.NoiseScale = noise_scale(10.0),  # noqa: B008 - frozen
    end: evidence.NoiseScale = noise_scale(1000.0),  # noqa: B008 - frozen
) -> evidence.GradientNoise:
    """Return a noise that grows from below the batch size to far above it, as it does in training."""
    return evidence.GradientNoise(batch_size, 12, start, end)
