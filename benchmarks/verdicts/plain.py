"""Run training scripts with plain Keras, each in a process of its own, and say where they ended.

This is the ground truth of the diagnosis benchmark, so nothing of `healthcheck` is in it.
"""

import math
import multiprocessing
import os
import runpy
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

from verdicts.cases import Script

MAX_SECONDS = 300
"""Of processor time, after which a training counts as never ending."""


class Ending(NamedTuple):
    """How one plain training ended."""

    script: str
    seed: int
    history: dict[str, list[float]]
    """Of the script's last fit."""
    seconds: float
    """Processor time."""
    error: str

    def final(self, metric: str) -> float:
        """Return the metric's last value; NaN where the training broke off."""
        values = self.history.get(metric)
        return values[-1] if values and not self.error else math.nan


def endings(runs: Iterable[tuple[Script, int]], jobs: int) -> Iterator[Ending]:
    """Train every script from its seed; processes are forked, as an import costs more than a training."""
    os.environ.setdefault("MPLBACKEND", "agg")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras  # noqa: F401  once, for all the processes

    with multiprocessing.get_context("fork").Pool(jobs, maxtasksperchild=1) as pool:
        yield from pool.imap(_trained, runs, chunksize=1)


def _trained(run: tuple[Script, int]) -> Ending:
    script, seed = run
    histories = _recorded_histories()
    sys.argv = [script.name, "--seed", str(seed)]
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    signal.signal(signal.SIGPROF, _give_up)
    signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
    started, error = time.process_time(), ""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"{script.name}.py")
        file.write_text(script.text, encoding="utf-8")
        try:
            runpy.run_path(str(file), run_name="__main__")
        except Exception as raised:  # noqa: BLE001 - a mutant may raise whatever it likes
            error = f"{type(raised).__name__}: {raised}".partition("\n")[0][:200]
    history = histories[-1] if histories else {}
    numbers = {name: [float(value) for value in values] for name, values in history.items()}
    return Ending(script.name, seed, numbers, time.process_time() - started, error)


def _give_up(*_: object) -> NoReturn:
    raise TimeoutError(f"still training after {MAX_SECONDS} s")


def _recorded_histories() -> list[dict[str, list[float]]]:
    """Return the list to which every fit of this process will append its history."""
    import keras

    histories: list[dict[str, list[float]]] = []
    fit = keras.Model.fit

    def recorded(model: object, *args: object, **arguments: object) -> object:
        history = fit(model, *args, **arguments)
        histories.append(history.history)
        return history

    keras.Model.fit = recorded
    return histories
