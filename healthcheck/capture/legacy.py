"""Programs for Keras 2, or for another backend than TensorFlow: say so, and what Keras 3 writes instead.

Nothing here loads Keras.
"""

import linecache
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from healthcheck.errors import HealthcheckError
from healthcheck.report import Source
from healthcheck.sources import is_users, source_at

OLDEST = (3, 7)
"""The oldest version of Keras that is understood."""
_LEGACY = "TF_USE_LEGACY_KERAS"
_BACKEND = "KERAS_BACKEND"

_MODULES = (
    "core|convolutional|pooling|recurrent|embeddings|normalization|noise|local|merge|wrappers|"
    "advanced_activations|convolutional_recurrent"
)
_MODEL = "'(?:Sequential|Functional|Model)' object has no attribute "
SPELLINGS = {
    rf"'(?:tensorflow\.)?keras\.layers\.(?:{_MODULES})'": "all layers are imported from `keras.layers`",
    r"'(?:tensorflow\.)?keras\.engine": "`Layer` and `InputSpec` are imported from `keras.layers`",
    r"'(?:tensorflow\.)?keras\.layers'? has no attribute 'experimental'|keras\.layers\.experimental'|"
    r"'experimental' from": "what was below `keras.layers.experimental` is in `keras.layers`",
    r"np_utils'": "it is `keras.utils.to_categorical`",
    r"vis_utils'": "it is `keras.utils.plot_model`",
    r"generic_utils'": "its functions are in `keras.utils` and `keras.saving`",
    r"'CuDNN(?P<kind>LSTM|GRU)'": "`{kind}` uses cuDNN by itself",
    r"'[Mm]erge' from 'keras": "`keras.layers.concatenate`, `add` or `multiply` merge",
    r"keras\.wrappers": "it is the package `scikeras`",
    r"'ImageDataGenerator'": "`keras.utils.image_dataset_from_directory` reads images, layers such as "
    "`keras.layers.RandomFlip` augment them",
    r"keras\.preprocessing\.text'": "it is the layer `keras.layers.TextVectorization`",
    r"'keras\.optimizers' has no attribute '(?:adam|sgd|rmsprop|adagrad|adadelta|nadam)'": (
        "classes are written with capitals, `keras.optimizers.Adam`"
    ),
    r"'(?:adam|gradient_descent|rmsprop)_v2' from": "it is `from keras.optimizers import Adam`",
    r"keras\.optimizers\.legacy": "its optimizers are in `keras.optimizers`",
    r"(?:recognized: \{'|'(?:Adam|AdamW|SGD|RMSprop|Adagrad|Nadam)' object has no attribute ')lr'": (
        "it is `learning_rate`"
    ),
    rf"{_MODEL}'(?P<name>fit|evaluate|predict)_generator'": "`model.{name}` takes generators",
    rf"{_MODEL}'predict_classes'": "it is `model.predict(x).argmax(-1)`",
    rf"{_MODEL}'predict_proba'": "it is `model.predict`",
    r"keyword argument 'nb_epoch'": "it is `epochs`",
    r"(?:fit\(\)|TypeError:) got an unexpected keyword argument "
    r"'(?P<name>workers|use_multiprocessing|max_queue_size)'": (
        "`{name}` belongs to the data set, `keras.utils.PyDataset({name}=...)`"
    ),
    r"'init': ": "it is `kernel_initializer`",
    r"'border_mode': ": "it is `padding`",
    r"'subsample': ": "it is `strides`",
    r"'(?P<which>[Wb])_regularizer': ": "it is `kernel_regularizer` or `bias_regularizer`",
    r"'inner_activation': ": "it is `recurrent_activation`",
    r"passed to Model: \{'input": "it is `keras.Model(inputs=..., outputs=...)`",
    r"Dense\.__init__\(\) missing 1 required positional argument: 'units'": "`output_dim` is `units`",
    r"Dropout\.__init__\(\) missing 1 required positional argument: 'rate'": "`p` is `rate`",
    r"'keras\.backend' has no attribute '(?P<name>mean|sum|square|sqrt|abs|exp|log|max|min|argmax|dot|"
    r"concatenate|reshape|shape|cast|zeros_like|ones_like|clip|maximum|minimum|sigmoid|softmax)'": (
        "it is `keras.ops.{name}`"
    ),
    r"'keras\.backend' has no attribute '(?:set_session|get_session|learning_phase|function|placeholder)'": (
        "there are no sessions and graphs to keep"
    ),
    r"'keras(?:\.backend\.tensorflow_backend|\.objectives)'|'keras' has no attribute 'objectives'": (
        "losses are in `keras.losses`, operations in `keras.ops`"
    ),
    r"'(?:l1l2|maxnorm|unitnorm|nonneg)' from": "it is written in capitals, `L1L2`, `MaxNorm`",
    r"'tensorflow' has no attribute '(?:Session|placeholder|contrib|set_random_seed|get_default_graph)'": (
        "there is TensorFlow 2: no sessions, no placeholders"
    ),
    r"must end in `\.weights\.h5`": "files of weights are called `NAME.weights.h5`",
    r"must end in `\.keras`": "files of models are called `NAME.keras`",
}
"""What Python says of a spelling of Keras 2, and what Keras 3 has in its place."""


def keras_3_spelling(said: str) -> str:
    """Return what to write instead where an error's text speaks of a spelling of Keras 2, else nothing."""
    for pattern, instead in SPELLINGS.items():
        match = re.search(pattern, said)
        if match:
            return f"; that is Keras 2, and in Keras 3 {instead.format(**match.groupdict())}"
    return ""


def refuse_libraries(environment: Mapping[str, str]) -> None:
    """Raise `HealthcheckError` when TensorFlow is not installed, or Keras is not version 3."""
    if find_spec("tensorflow") is None:
        raise HealthcheckError(
            'TensorFlow is not installed: run `pip install "model-healthcheck[cpu]"` (or [gpu])'
        )
    wanted = ".".join(map(str, OLDEST))
    try:
        found = version("keras")
    except PackageNotFoundError:
        return
    if tuple(map(int, re.findall(r"\d+", found)[:2])) < OLDEST:
        raise HealthcheckError(
            f'Keras {found} is installed, but {wanted} is needed: `pip install "keras>={wanted}"`'
        )
    if sentence := _legacy_keras(environment):
        raise HealthcheckError(f"the environment {sentence}")


def refuse_other_keras(environment: Mapping[str, str], main: str) -> None:
    """Raise `WrongKerasError` when the program asked for Keras 2 or for another backend.

    `main` is the name of its file, in which the line is looked for; that of a notebook stands for its cells.
    """
    if sentence := _legacy_keras(environment):
        raise WrongKerasError(f"the program {sentence}", _line_with(main, _LEGACY))
    backend = environment.get(_BACKEND, "tensorflow")
    if backend != "tensorflow":
        raise WrongKerasError(
            f"the program sets {_BACKEND}={backend}, but only Keras on TensorFlow can be checked",
            _line_with(main, _BACKEND),
        )


class WrongKerasError(HealthcheckError):
    """The program does not use Keras 3 on TensorFlow; knows the line that says so."""

    def __init__(self, message: str, source: Source | None) -> None:
        super().__init__(message)
        self.source = source


def _legacy_keras(environment: Mapping[str, str]) -> str | None:
    if environment.get(_LEGACY, "").lower() not in ("1", "true"):
        return None
    return (
        f"sets {_LEGACY}, which makes `tf.keras` Keras 2, but only Keras 3 can be checked: "
        "leave it out, and `tf.keras` is Keras 3"
    )


def _line_with(main: str, word: str) -> Source | None:
    cells = sorted(name for name in linecache.cache if name.startswith(f"{main}#cell-"))
    for file in cells or [main]:
        for number, line in enumerate(linecache.getlines(file), 1):
            if word in line:
                return source_at(file, number)
    return None


@contextmanager
def tf_keras_refused() -> Iterator[None]:
    """Refuse `import tf_keras` inside the block, where it stands in the user's own code."""
    guard = _Guard()
    sys.meta_path.insert(0, guard)
    try:
        yield
    finally:
        sys.meta_path.remove(guard)


class _Guard:
    """Looks at every import that is not known yet, and finds nothing."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "tf_keras":
            _refuse_if_users()


def _refuse_if_users() -> None:
    """Refuse when the line that imports is the user's, and not that of an installed package."""
    frame = sys._getframe(2)  # pyright: ignore[reportPrivateUsage] - `inspect` is slow
    while frame is not None and "importlib" in frame.f_code.co_filename:
        frame = frame.f_back
    if frame is not None and is_users(frame.f_code.co_filename):
        raise WrongKerasError(
            "`tf_keras` is Keras 2, but only Keras 3 can be checked: write `import keras`",
            source_at(frame.f_code.co_filename, frame.f_lineno),
        )
