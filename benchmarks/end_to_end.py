"""Time the whole command against importing TensorFlow and against running the script.

`python benchmarks/end_to_end.py [ROUNDS]` takes the command and the import in turn, seven times by default,
runs the script itself once, and writes the medians to `benchmarks/results/end_to_end.json`.
"""

import sys
import tempfile
from pathlib import Path

from speed.timed import medians, run, seconds, write

ROOT = Path(__file__).parent.parent
CASES = {
    "healthy": (ROOT / "examples" / "circles_relu.py", 0, 3.0),
    "with experiments": (ROOT / "examples" / "circles_sigmoid.py", 1, 5.0),
    "healthy convnet": (ROOT / "examples" / "mnist_convnet.py", 0, None),
}
"""Script, exit code, and how many times the import the command may take."""


def main() -> None:
    """Print a row a script."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    command, rows = str(Path(sys.executable).with_name("healthcheck")), {}
    print(f"{'':18} {'command':>9} {'import':>9} {'script':>9} {'ratio':>6} {'limit':>6}")
    for name, (script, code, limit) in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            checked, imported = medians(
                rounds,
                lambda script=script, code=code, folder=folder: run(
                    [command, str(script), "--no-cache", "--output", folder], expected=code
                ),
                lambda: run([sys.executable, "-c", "import tensorflow"]),
            )
            plain = seconds(lambda script=script: run([sys.executable, str(script)]))
        ratio = checked / imported
        print(
            f"{name:18} {checked:7.2f} s {imported:7.2f} s {plain:7.2f} s {ratio:6.2f} {limit or '':>6}",
            flush=True,
        )
        rows[name] = {
            "command_s": checked,
            "import_s": imported,
            "script_s": plain,
            "ratio_to_import": ratio,
            "limit": limit,
        }
    write("end_to_end", rows)


if __name__ == "__main__":
    main()
