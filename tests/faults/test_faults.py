"""Every fault of the table, through the real command: exit code, sentence, and nothing left behind."""

import re
from pathlib import Path

import pytest
from fault import Fault, ran
from table import ALL


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_fault_is_told_in_one_sentence_and_leaves_nothing_behind(fault: Fault, tmp_path: Path):
    code, said = ran(fault, tmp_path)
    assert re.search(".*".join(map(re.escape, fault.sentence.split(" ... "))), said), said
    assert code == fault.code


def test_the_table_has_no_fault_twice():
    names = [fault.name for fault in ALL]
    assert sorted(set(names)) == sorted(names)
