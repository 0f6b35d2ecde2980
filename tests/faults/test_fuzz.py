"""Settings, stored reports, comments, names and files that nobody would write, made up by the thousand.

`pytest tests/faults/test_fuzz.py --hypothesis-profile nightly` tries over 10,000 of them.
"""

import json
import os
import tempfile
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from healthcheck.capture.faults import is_ours
from healthcheck.comparison import compared
from healthcheck.config import Settings, closest_table, configured_rules, settings_from
from healthcheck.errors import HealthcheckError
from healthcheck.output import write_whole
from healthcheck.registry import installed_rules
from healthcheck.render.formats import RENDERERS
from healthcheck.render.terminal import findings_text
from healthcheck.report import Finding, Report, Source, Subject
from healthcheck.rule import Finding as Found
from healthcheck.silence import silenced, unused

FIXTURES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
fuzzed = settings(suppress_health_check=FIXTURES, deadline=None)
"""How many cases there are, the profile says; see `tests/conftest.py`."""

STORED = Path(__file__).parents[1] / "render" / "report-1.0.json"
KEYS = [*Settings.model_fields, *(name.replace("_", "-") for name in Settings.model_fields), "buget"]

texts = st.text(max_size=20) | st.sampled_from(
    ["\x1b[31m", "::error::x", "\u202e", "</script>", "]]>", "\ud800"]
)
written = texts.map(lambda text: text.encode(errors="replace").decode())
"""What a file in UTF-8 can hold."""
plain = st.none() | st.booleans() | st.integers() | st.floats() | written
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(written, inner, max_size=4)
)
tables = st.dictionaries(st.sampled_from(KEYS) | written, values, max_size=4)


def outcome(function, *arguments):
    """Return what a function gives, or the sentence with which it refuses its arguments."""
    try:
        return function(*arguments), None
    except HealthcheckError as error:
        return None, str(error)


def raised(function, *arguments):
    """Return what a function raises."""
    try:
        function(*arguments)
    except Exception as error:  # noqa: BLE001 - of whatever kind
        return error
    return None


@fuzzed
@given(tables)
@example({"rules": {"dead-units": {"max-dead": 10**400}}})
@example({"budget": 10**400})
@example({"seed": True})
@example({"pass_env": ["*" * 1000]})
def test_any_table_of_settings_is_taken_or_refused_in_a_sentence(table):
    taken, refusal = outcome(settings_from, table, "pyproject.toml: tool.healthcheck.")
    if taken is not None:
        _, refusal = outcome(configured_rules, taken)
    if refusal is None:
        assert Settings.model_validate_json(taken.model_dump_json()) == taken
    assert refusal is None or len(refusal) > 10


@fuzzed
@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: f"[tool.healthcheck]\n{text}".encode(errors="replace"))
)
def test_any_file_of_settings_is_read_or_refused_in_a_sentence(tmp_path, content):
    (tmp_path / "pyproject.toml").write_bytes(content)
    _, refusal = outcome(closest_table, tmp_path)
    assert refusal is None or "pyproject.toml" in refusal


def changed(document, path: list[int], value):
    """Replace what stands at the end of a path into a document; a number chooses among keys or items."""
    if not path or not isinstance(document, (dict, list)) or not document:
        return value
    keys = sorted(document) if isinstance(document, dict) else range(len(document))
    key = keys[path[0] % len(keys)]
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[key] = changed(copy[key], path[1:], value)
    return copy


@fuzzed
@given(st.lists(st.integers(0, 50), min_size=1, max_size=6), values)
def test_a_report_of_which_any_part_is_changed_is_refused_in_a_sentence_or_shown_in_every_format(
    tmp_path, path, value
):
    document = changed(json.loads(STORED.read_text()), path, value)
    file = tmp_path / "report.json"
    file.write_text(json.dumps(document, ensure_ascii=True))
    report, refusal = outcome(Report.load, file)
    if report is None:
        assert "report.json" in refusal
        return
    for name in ("markdown", "sarif", "junit", "github"):
        RENDERERS[name](report)
    compared(report, report)


@fuzzed
@given(st.integers(0, 10**6), st.binary(max_size=8))
def test_a_report_that_is_cut_or_overwritten_is_no_report(tmp_path, place, rubbish):
    content = STORED.read_bytes()
    place %= len(content)
    file = tmp_path / "report.json"
    file.write_bytes(content[:place] + rubbish)
    with pytest.raises(HealthcheckError):
        Report.load(file)


comments = st.text(max_size=40) | st.builds(
    "{}# healthcheck: ignore[{}] {}".format,
    texts,
    texts | st.sampled_from(["dead-units", "data, dead_units"]),
    texts,
)


@fuzzed
@given(comments, texts, st.dictionaries(texts, st.lists(texts, max_size=3).map(tuple), max_size=3))
def test_any_comment_and_any_pattern_of_layers_is_read(tmp_path, code, layer, ignores):
    file = tmp_path / "train.py"
    file.write_bytes(code.encode(errors="replace"))
    line = Source(file=str(file), line=1, code=code.encode(errors="replace").decode())
    heard = silenced("dead-units", "activations", Found(layer=layer, message="dead"), line, ignores)
    assert heard.message.startswith("dead")
    subject = Subject(name="m", target="t", verdict="healthy", summary="", source=line)
    assert all(isinstance(said, str) for said in unused([subject], ignores, installed_rules()))


@fuzzed
@given(texts, texts, texts)
def test_any_name_of_a_layer_is_data_in_every_format(layer, message, code):
    layer, message, code = (text.encode(errors="replace").decode() for text in (layer, message, code))
    source = Source(file=layer or "x", line=1, code=code)
    finding = Finding(
        rule="dead-units", status="fail", cause=True, layer=layer, message=message, source=source
    )
    subject = Subject(name=layer, target=message, verdict="unhealthy", summary=message, findings=[finding])
    report = Report(
        versions={},
        device="CPU",
        command="healthcheck",
        settings={},
        verdict="unhealthy",
        subjects=[subject],
        seconds=0,
    )
    text = findings_text([finding])
    assert all(one == "\n" or unicodedata.category(one) not in ("Cc", "Cf", "Cs") for one in text)
    assert not any(one.lstrip().startswith("::") or "##[" in one for one in text.splitlines())
    ElementTree.fromstring(RENDERERS["junit"](report))
    json.loads(RENDERERS["sarif"](report), parse_constant=pytest.fail)
    assert all(one.startswith("::") for one in RENDERERS["github"](report).splitlines())
    assert Report.model_validate_json(report.to_json()) == report


class ReportFile(RuleBasedStateMachine):
    """A report that is written again and again, by processes some of which are killed."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.file = Path(self.folder.name) / "report[1].json"
        self.content: str | None = None
        self.living: Path | None = None

    @rule(text=st.text(max_size=50))
    def is_written(self, text):
        text = text.encode(errors="replace").decode().replace("\r", "")
        write_whole(self.file, text)
        self.content = text
        numbers = [path.name.rpartition(".")[2] for path in self.file.parent.glob(".*")]
        assert all(Path(f"/proc/{number}").exists() for number in numbers)

    @rule(number=st.integers(2**22 + 1, 2**30))
    def was_begun_by_a_process_that_is_dead(self, number):
        self.file.with_name(f".{self.file.name}.{number}").write_text("ha")

    @rule()
    def is_begun_by_a_process_that_lives(self):
        self.living = self.file.with_name(f".{self.file.name}.{os.getppid()}")
        self.living.write_text("ha")

    @rule()
    def becomes_a_link(self):
        if self.content is not None and not self.file.is_symlink():
            self.file.rename(self.file.with_name("elsewhere"))
            self.file.symlink_to("elsewhere")

    @invariant()
    def holds_what_was_written_last(self):
        assert (self.file.read_text() if self.file.exists() else None) == self.content

    @invariant()
    def the_living_are_left_alone(self):
        assert self.living is None or self.living.exists()

    def teardown(self) -> None:
        self.folder.cleanup()


TestReportFile = ReportFile.TestCase
TestReportFile.settings = settings(suppress_health_check=FIXTURES, deadline=None, stateful_step_count=12)


@fuzzed
@given(st.data())
def test_data_of_any_shape_and_dtype_is_taken_or_refused_without_a_fault_of_ours(data):
    fitted = pytest.importorskip("healthcheck.capture.fit")
    recorder = pytest.importorskip("healthcheck.capture.recorder")
    from hypothesis.extra import numpy as made

    shapes = made.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5)
    kinds = st.sampled_from(
        [
            "bool",
            "int8",
            "uint8",
            "int64",
            "uint64",
            "float16",
            "float32",
            "float64",
            "complex64",
            "U3",
            "S2",
            "O",
            "M8[s]",
        ]
    )
    x, y = (data.draw(made.arrays(data.draw(kinds), data.draw(shapes))) for _ in range(2))
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    plan = {"epochs": data.draw(st.integers(-1, 3))}
    error = raised(fitted.subject_of_fit, recorder.Recorder(), None, model, (x, y), plan)
    assert error is None or isinstance(error, HealthcheckError) or not is_ours(error), repr(error)
