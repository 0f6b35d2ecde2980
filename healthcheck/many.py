"""Many targets: some at a time on this machine, or only a part of them."""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial

from healthcheck.config import Settings
from healthcheck.errors import HealthcheckError
from healthcheck.supervisor import Interrupted, Outcome, interrupted, supervise

THREADS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""Variables that say with how many threads a process computes."""


def shard(targets: Sequence[str], number: int, of: int) -> list[str]:
    """Return every `of`-th target from the `number`-th on, counted from one.

    Raises `HealthcheckError` where that leaves none: nothing at all is not healthy.
    """
    part = list(targets[number - 1 :: of])
    if not part:
        only = "is only 1 target" if len(targets) == 1 else f"are only {len(targets)} targets"
        raise HealthcheckError(f"shard {number}/{of} has no target: there {only}")
    return part


def supervise_all(
    targets: Sequence[str],
    arguments: list[str],
    settings: Settings,
    progress: Callable[[str, str], None],
    jobs: int = 1,
) -> tuple[list[Outcome], bool]:
    """Check all targets, `jobs` at a time; return what was found, and whether the user stopped it early.

    `progress` is given a target and what is done with it, from other threads.
    """
    stop = threading.Event()

    def check(target: str) -> Outcome:
        if stop.is_set():
            return interrupted(target)
        try:
            return checked(target, arguments, settings, partial(progress, target), jobs, stop)
        except Interrupted as early:
            return early.outcome

    with ThreadPoolExecutor(jobs) as pool:
        checks: list[Future[Outcome]] = []
        try:
            checks += (pool.submit(check, target) for target in targets)
            wait(checks)
        except KeyboardInterrupt:
            stop.set()
    missing = (interrupted(target) for target in targets[len(checks) :])
    return [*(check.result() for check in checks), *missing], stop.is_set()


def checked(  # noqa: PLR0913, PLR0917 - all that one run is made of
    target: str,
    arguments: list[str],
    settings: Settings,
    progress: Callable[[str], None],
    jobs: int,
    stop: threading.Event | None = None,
) -> Outcome:
    """Check one target of which `jobs` run at a time, and divide processors and the share of the memory."""
    own = settings.model_copy(update={"memory_limit": _divided(settings.memory_limit, jobs)})
    return supervise(target, arguments, own, progress, environment=divided(os.environ, jobs), stop=stop)


def divided(environment: Mapping[str, str], jobs: int) -> dict[str, str]:
    """Return the environment of one of several jobs that run at a time: they divide the threads."""
    share = str(max(1, len(os.sched_getaffinity(0)) // jobs))
    return {**(dict.fromkeys(THREADS, share) if jobs > 1 else {}), **environment}


def _divided(memory: str, jobs: int) -> str:
    return f"{float(memory[:-1]) / jobs:.9g}%" if memory.endswith("%") else memory
