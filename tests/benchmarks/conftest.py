import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent.parent / "benchmarks"
sys.path.append(str(BENCHMARKS))  # the benchmarks are run by path, and import each other as modules


@pytest.fixture
def benchmarks():
    """Return the folder of the benchmarks."""
    return BENCHMARKS
