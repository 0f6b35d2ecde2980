"""A line of a notebook is one of a cell; formats that know files only say so in words."""

import json

from reports import report, sick_subject

from healthcheck.render.github import render_github
from healthcheck.render.html import render_html
from healthcheck.render.junit import render_junit
from healthcheck.render.markdown import render_markdown
from healthcheck.render.sarif import render_sarif
from healthcheck.render.terminal import findings_text
from healthcheck.report import Finding, Report, RuleOutcome, Source

PLACES = [Source(file="train.ipynb", line=2, cell=cell, code="model.add(x)") for cell in (3, 5)]
FINDINGS = [Finding(rule="dead-units", status="fail", message="m", source=place) for place in PLACES]
RULES = [RuleOutcome(rule="dead-units", family="activations", status="fail", reason="m")]
SUBJECT = sick_subject().model_copy(update={"findings": FINDINGS, "rules": RULES, "source": PLACES[1]})
REPORT = report("unhealthy", SUBJECT)


def test_people_read_cell_and_line():
    text = findings_text(FINDINGS)
    assert "--> train.ipynb:cell 3:2" in text
    assert "--> train.ipynb:cell 5:2" in text
    assert "    2 | model.add(x)" in text
    for written in (render_markdown(REPORT), render_html(REPORT), render_junit(REPORT)):
        assert "train.ipynb:cell 3:2" in written
        assert "train.ipynb:cell 5:2" in written


def test_annotations_stand_on_the_first_line_and_name_the_cell():
    lines = render_github(REPORT).splitlines()
    assert len(lines) == 2, "one line of two cells is two places"
    assert lines[0].startswith("::error file=train.ipynb,line=1,title=dead-units::Cell 3, line 2: m.")


def test_results_of_code_scanning_do_so_too():
    results = json.loads(render_sarif(REPORT, {}))["runs"][0]["results"]
    assert [one["message"]["text"][:16] for one in results] == ["Cell 3, line 2: ", "Cell 5, line 2: "]
    assert {one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in results} == {1}


def test_a_report_from_before_there_were_cells_is_read(tmp_path):
    old = json.loads(REPORT.to_json()) | {"schema_version": "1.0"}
    for finding in old["subjects"][0]["findings"]:
        del finding["source"]["cell"]
    (tmp_path / "report.json").write_text(json.dumps(old))
    assert Report.load(tmp_path / "report.json").subjects[0].findings[0].source.cell is None
