"""Projects for real pytest runs, in processes of their own."""

import pytest
from projects import project


@pytest.fixture
def repository(pytester):
    """Return a function that writes a repository around pytester."""

    def write(targets, **files):
        return project(pytester.path, targets, **files)

    return write
