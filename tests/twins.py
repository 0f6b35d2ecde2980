"""One file that is an ill program and its healthy twin, which differ in the fault alone.

The file as it stands is ill. A line that ends in `#: STATUS` or `#: STATUS RULE` is one that a finding
has to name. A comment line `# > text` says what stands in the healthy twin instead of the line above it.
"""

import re

MARK = re.compile(r"  #: (?P<status>\w+)(?: (?P<rule>[a-z-]+))?$")

DEAR = {
    "classics/image_classification",
    "classics/mnist_convnet",
    "classics/time_series",
    "models/convolutions_of_volumes",
    "models/time_distributed",
}
"""Programs that take so long that they are checked every night only."""


def sick_twin(text):
    """Return the program as it stands, without what only a test reads; every line keeps its number."""
    return re.sub(r" *# ?> .*| *# ?>$|  #: \w+( [a-z-]+)?$", "", text, flags=re.MULTILINE)


def healthy_twin(text):
    """Return the program with every line above a `# >` replaced by what follows the mark."""
    return re.sub(r"^.*\n( *)# ?> ?(.*)$", r"\n\1\2", text, flags=re.MULTILINE)


def marks(text):
    """Return line, status and rule of every mark."""
    found = ((number, MARK.search(line)) for number, line in enumerate(text.splitlines(), 1))
    return {(number, mark["status"], mark["rule"]) for number, mark in found if mark}


def name_of(program):
    """Return the name by which a program is listed."""
    return f"{program.parent.name}/{program.stem}"
