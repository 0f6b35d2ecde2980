"""Single arrays as Keras takes them, and one sentence for what it or the check does not take."""

import numpy as np
import pytest
import tensorflow as tf

from healthcheck.capture.data import from_arrays
from healthcheck.capture.leaves import array_of
from healthcheck.errors import HealthcheckError

ROWS = np.arange(6).reshape(3, 2)


@pytest.mark.parametrize(
    ("given", "dtype"),
    [
        (ROWS.astype("float64"), "float32"),
        (ROWS.astype("float16"), "float32"),
        (tf.cast(ROWS, "bfloat16"), "float32"),
        (ROWS.astype("uint8"), "uint8"),
        (ROWS, "int64"),
        (ROWS > 2, "bool"),
        (tf.constant(ROWS, "float32"), "float32"),
        (ROWS.astype(str), "object"),
        (tf.constant([["a"], ["b"]]), "object"),
    ],
)
def test_floats_get_the_type_of_keras_and_all_else_keeps_its_own(given, dtype):
    assert array_of(given, "x").dtype == dtype


def test_an_array_of_the_right_type_is_not_copied():
    array = ROWS.astype("float32")
    assert np.shares_memory(from_arrays(array, array, None, "the data").x, array)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (1.0, "x is a list of Python values, which `fit` does not take: use `np.array(...)`"),
        ("text", "x is a list of Python values, which `fit` does not take: use `np.array(...)`"),
        (object(), "x is of type 'object', which `fit` does not take"),
        (np.float32(1), "x holds single values, not batches of examples: is `.batch(...)` missing?"),
        (ROWS.astype(complex), "x is of type complex128, which cannot be checked: use real numbers"),
        (
            ROWS.astype("datetime64[D]"),
            "x is of type datetime64[D], which cannot be checked: use real numbers",
        ),
        (np.array([[1, None]]), "x holds Python objects (shape (1, 2)), which no model can be trained on"),
        (tf.ragged.constant([[1], []]), "x is a RaggedTensor, which cannot be checked yet: pad it"),
        (tf.sparse.eye(3), "x is a SparseTensor, which cannot be checked yet: convert it by `tf.sparse"),
    ],
)
def test_what_is_not_taken_is_told_in_one_sentence(given, sentence):
    with pytest.raises(HealthcheckError) as caught:
        array_of(given, "x")
    assert str(caught.value).startswith(sentence)


def test_a_sparse_matrix_of_scipy_is_refused():
    scipy = pytest.importorskip("scipy.sparse")
    with pytest.raises(HealthcheckError, match=r"cannot be checked yet: convert it by `.toarray\(\)`"):
        array_of(scipy.csr_matrix(ROWS), "x")


def test_tables_and_columns_of_pandas_have_the_shapes_that_keras_gives_them():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(ROWS.astype("float64"), columns=["a", "b"])
    assert (array_of(table, "x").shape, array_of(table, "x").dtype) == ((3, 2), np.float32)
    assert array_of(table["a"], "y").shape == (3, 1)


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        (
            [True, False, True],
            "x is a table of mixed types (bool, float64): convert it by `.astype('float32')`",
        ),
        (["a", "b", "a"], "x has columns that are no plain numbers, 'c' ("),
    ],
)
def test_a_table_that_is_not_all_numbers_names_its_columns(column, sentence):
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": [0.0, 1.0, 2.0], "c": column})
    with pytest.raises(HealthcheckError) as caught:
        array_of(table, "x")
    assert str(caught.value).startswith(sentence)
