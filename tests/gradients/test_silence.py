import pytest

from healthcheck.report import Source
from healthcheck.rule import Claim, Finding
from healthcheck.silence import heeding

FOUND = Finding("ratio 0.5", layer="hidden", claim=Claim.FACT)


@pytest.mark.parametrize("named", ["gradient-mismatch", "gradients", "dead-units, gradient-mismatch"])
def test_a_comment_on_the_line_makes_a_finding_a_note_that_is_still_shown(named):
    line = Source(file="train.py", line=3, code=f"Round(),  # healthcheck: ignore[{named}] straight through")
    heeded = heeding("gradient-mismatch", "gradients", FOUND, line)
    assert heeded.claim is Claim.NOTE
    assert heeded.message == "ratio 0.5 (ignored on its line: straight through)"


@pytest.mark.parametrize("code", ["Round(),", "Round(),  # healthcheck: ignore[dead-units]", "# ignore"])
def test_any_other_line_changes_nothing(code):
    assert heeding("gradient-mismatch", "gradients", FOUND, Source(file="a.py", line=1, code=code)) is FOUND
    assert heeding("gradient-mismatch", "gradients", FOUND, None) is FOUND
