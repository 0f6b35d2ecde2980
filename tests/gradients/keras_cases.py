"""One small case for every differentiable layer, activation and loss that Keras ships.

Every value is a function that makes `(target, inputs)`; what is left out has its reason.
"""

import keras
import numpy as np

L = keras.layers


def real(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape).astype("float32")


def share(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).uniform(0.1, 0.9, size=shape).astype("float32")


def on(shape, make):
    return lambda: (make(), (real(*shape),))


def merged(make):
    return lambda: (make(), ([real(3, 4), real(3, 4, seed=1)],))


SEQUENCE, IMAGE, VOLUME = (2, 6, 3), (2, 6, 6, 2), (1, 4, 4, 4, 2)
BY_RANK = {"1D": SEQUENCE, "2D": IMAGE, "3D": VOLUME}


def by_rank(names, make):
    return {
        name + rank: on(shape, lambda name=name, rank=rank: make(getattr(L, name + rank)))
        for name in names
        for rank, shape in BY_RANK.items()
        if hasattr(L, name + rank)
    }


LAYERS = {
    "Activation": on((3, 4), lambda: L.Activation("tanh")),
    "ActivityRegularization": on((3, 4), lambda: L.ActivityRegularization(l2=0.1)),
    **{
        name: merged(getattr(L, name))
        for name in ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract")
    },
    "Dot": merged(lambda: L.Dot(axes=1)),
    "AdditiveAttention": lambda: (L.AdditiveAttention(), ([real(2, 3, 4), real(2, 5, 4)],)),
    "Attention": lambda: (L.Attention(use_scale=True), ([real(2, 3, 4), real(2, 5, 4)],)),
    "MultiHeadAttention": lambda: (L.MultiHeadAttention(2, 3), (real(2, 3, 4), real(2, 5, 4))),
    "GroupedQueryAttention": lambda: (L.GroupQueryAttention(3, 4, 2), (real(2, 3, 4), real(2, 5, 4))),
    **by_rank(["AdaptiveAveragePooling", "AdaptiveMaxPooling"], lambda kind: kind(2)),
    **by_rank(["AveragePooling", "MaxPooling"], lambda kind: kind(2)),
    **by_rank(["UpSampling", "ZeroPadding", "Cropping"], lambda kind: kind()),
    **by_rank(["GlobalAveragePooling", "GlobalMaxPooling"], lambda kind: kind()),
    **by_rank(["SpatialDropout"], lambda kind: kind(0.4, seed=1)),
    **by_rank(["Conv", "SeparableConv"], lambda kind: kind(3, 2)),
    **by_rank(["DepthwiseConv"], lambda kind: kind(2)),
    "Conv1DTranspose": on(SEQUENCE, lambda: L.Conv1DTranspose(2, 3, 2)),
    "Conv2DTranspose": on(IMAGE, lambda: L.Conv2DTranspose(2, 3, 2)),
    "Conv3DTranspose": on(VOLUME, lambda: L.Conv3DTranspose(2, 2)),
    "ConvLSTM1D": on((2, 3, 5, 2), lambda: L.ConvLSTM1D(2, 2)),
    "ConvLSTM2D": on((2, 3, 4, 4, 2), lambda: L.ConvLSTM2D(2, 2)),
    "ConvLSTM3D": on((1, 2, 3, 3, 3, 1), lambda: L.ConvLSTM3D(1, 2)),
    "AlphaDropout": on((3, 4), lambda: L.AlphaDropout(0.4, seed=1)),
    "Dropout": on((3, 4), lambda: L.Dropout(0.4, seed=1)),
    "GaussianDropout": on((3, 4), lambda: L.GaussianDropout(0.4, seed=1)),
    "GaussianNoise": on((3, 4), lambda: L.GaussianNoise(0.4, seed=1)),
    "BatchNormalization": on((8, 4), L.BatchNormalization),
    "GroupNormalization": on((3, 5, 4), lambda: L.GroupNormalization(2)),
    "LayerNormalization": on((3, 4), L.LayerNormalization),
    "RMSNormalization": on((3, 4), L.RMSNormalization),
    "UnitNormalization": on((3, 4), L.UnitNormalization),
    "Normalization": on((3, 4), lambda: L.Normalization(mean=1.0, variance=2.0)),
    "Rescaling": on((3, 4), lambda: L.Rescaling(0.5, 1.0)),
    "Bidirectional": on(SEQUENCE, lambda: L.Bidirectional(L.LSTM(2))),
    "TimeDistributed": on(SEQUENCE, lambda: L.TimeDistributed(L.Dense(2))),
    "GRU": on(SEQUENCE, lambda: L.GRU(3)),
    "LSTM": on(SEQUENCE, lambda: L.LSTM(3)),
    "SimpleRNN": on(SEQUENCE, lambda: L.SimpleRNN(3)),
    "RNN": on(SEQUENCE, lambda: L.RNN(L.GRUCell(2))),
    "GRUCell": lambda: (L.GRUCell(3), (real(2, 3), real(2, 3, seed=1))),
    "LSTMCell": lambda: (L.LSTMCell(3), (real(2, 3), [real(2, 3, seed=1), real(2, 3, seed=2)])),
    "SimpleRNNCell": lambda: (L.SimpleRNNCell(3), (real(2, 3), real(2, 3, seed=1))),
    "StackedRNNCells": on(SEQUENCE, lambda: L.RNN(L.StackedRNNCells([L.GRUCell(2), L.LSTMCell(2)]))),
    "Dense": on((3, 4), lambda: L.Dense(2, "gelu")),
    "EinsumDense": on((3, 4), lambda: L.EinsumDense("ab,bc->ac", 2, bias_axes="c")),
    "Embedding": lambda: (L.Embedding(5, 3), (np.array([[0, 1, 1], [4, 2, 0]]),)),
    "ReversibleEmbedding": lambda: (L.ReversibleEmbedding(5, 3), (np.array([[0, 1, 1], [4, 2, 0]]),)),
    "ELU": on((3, 4), L.ELU),
    "LeakyReLU": on((3, 4), L.LeakyReLU),
    "PReLU": on((3, 4), lambda: L.PReLU("ones")),
    "ReLU": on((3, 4), L.ReLU),
    "Softmax": on((3, 4), L.Softmax),
    "Flatten": on(SEQUENCE, L.Flatten),
    "Identity": on((3, 4), L.Identity),
    "Lambda": on((3, 4), lambda: L.Lambda(keras.ops.sin)),
    "Masking": on(SEQUENCE, L.Masking),
    "Permute": on(SEQUENCE, lambda: L.Permute((2, 1))),
    "RepeatVector": on((3, 4), lambda: L.RepeatVector(2)),
    "Reshape": on((3, 4), lambda: L.Reshape((2, 2))),
    "CenterCrop": on(IMAGE, lambda: L.CenterCrop(4, 4)),
    "Resizing": on(IMAGE, lambda: L.Resizing(4, 4)),
    "STFTSpectrogram": lambda: (L.STFTSpectrogram("log", 16, 8, 16), (real(2, 64, 1),)),
}

_INTEGERS = "takes or gives integers or strings: nothing to differentiate"
_BASE = "a base class, an adapter or a marker: computes nothing of its own"
_IMAGES = "augments images in the input pipeline, in eight-bit values; nobody differentiates by it"
LEFT_OUT = {
    "SpectralNormalization": "stops the gradient in its power iteration, on purpose",
    "MelSpectrogram": "computes in float32, and the logarithm of small energies leaves no digits of the differences",
    **dict.fromkeys(("CategoryEncoding", "Discretization", "HashedCrossing", "Hashing", "IntegerLookup", "StringLookup", "TextVectorization", "MaxNumBoundingBoxes"), _INTEGERS),
    **dict.fromkeys(("InputLayer", "InputSpec", "Layer", "Wrapper", "Pipeline"), _BASE),
    **dict.fromkeys(("FlaxLayer", "JaxLayer", "TorchModuleWrapper"), "needs another framework than TensorFlow"),
    "TFSMLayer": "runs a SavedModel, which is inference only and has no layers",
    **dict.fromkeys(
        (
            "AugMix", "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "CutMix", "Equalization",
            "MixUp", "RandAugment", "Solarization",
            *(name for name in dir(L) if name.startswith("Random")),
        ),
        _IMAGES,
    ),
}  # fmt: skip

_ACTIVATIONS = [name for name in dir(keras.activations) if not name.startswith("_")]
NO_ACTIVATIONS = dict.fromkeys(("deserialize", "get", "serialize"), "not an activation")
ARGUMENTS = {"threshold": (0.1, 0.0)}
ACTIVATIONS = {
    name: lambda name=name: (
        lambda x: getattr(keras.activations, name)(x, *ARGUMENTS.get(name, ())),
        (real(5, 6),),
    )
    for name in _ACTIVATIONS
    if name not in NO_ACTIVATIONS
}


def _signs(*shape):
    return np.sign(real(*shape, seed=9))


def _one_hot():
    return np.eye(4, dtype="float32")[[0, 2, 3]]


def loss(name, true, predicted, **arguments):
    return lambda: (getattr(keras.losses, name)(**arguments), (true, predicted))


def _rows():
    rows = share(3, 4)
    return rows / rows.sum(axis=1, keepdims=True)


LOSSES = {
    "BinaryCrossentropy": loss("BinaryCrossentropy", np.round(share(3, 4, seed=1)), share(3, 4)),
    "BinaryCrossentropy of logits": loss("BinaryCrossentropy", np.round(share(3, 4, seed=1)), real(3, 4), from_logits=True),
    "BinaryFocalCrossentropy": loss("BinaryFocalCrossentropy", np.round(share(3, 4, seed=1)), share(3, 4)),
    "CTC": loss("CTC", np.array([[1, 2], [2, 3]]), real(2, 5, 4)),
    **{name: loss(name, _one_hot(), _rows()) for name in ("CategoricalCrossentropy", "CategoricalFocalCrossentropy", "CategoricalHinge", "Dice", "Tversky", "KLDivergence")},
    "CategoricalGeneralizedCrossEntropy": loss("CategoricalGeneralizedCrossEntropy", np.array([0, 2, 3]), _rows()),
    "CategoricalCrossentropy of logits": loss("CategoricalCrossentropy", _one_hot(), real(3, 4), from_logits=True),
    "SparseCategoricalCrossentropy": loss("SparseCategoricalCrossentropy", np.array([0, 2, 3]), _rows()),
    "SparseCategoricalCrossentropy of logits": loss("SparseCategoricalCrossentropy", np.array([0, 2, 3]), real(3, 4), from_logits=True),
    "Circle": loss("Circle", np.array([0, 1, 0, 1]), real(4, 3)),
    **{name: loss(name, real(3, 4, seed=1), real(3, 4)) for name in ("CosineSimilarity", "Huber", "LogCosh", "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError")},
    "MeanSquaredLogarithmicError": loss("MeanSquaredLogarithmicError", share(3, 4, seed=1), share(3, 4)),
    "Poisson": loss("Poisson", share(3, 4, seed=1), share(3, 4)),
    "Hinge": loss("Hinge", _signs(3, 4), real(3, 4)),
    "SquaredHinge": loss("SquaredHinge", _signs(3, 4), real(3, 4)),
}  # fmt: skip
NO_LOSSES = {"Loss": "the base class", **dict.fromkeys(("deserialize", "get", "serialize"), "not a loss")}


def unique(module):
    """Return the classes of a module by the first name of each: aliases are the same class."""
    found = {}
    for name in dir(module):
        value = getattr(module, name)
        if isinstance(value, type):
            found.setdefault(id(value), value.__name__)
    return set(found.values())
