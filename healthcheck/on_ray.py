"""Targets on a Ray cluster, a task each; this module is the only one that knows Ray.

The machines of the cluster need healthcheck, the same files at the same place, and what the targets
import. A task holds one processor, and a GPU where targets are checked on one. A task whose worker is
lost, killed or cut off, is done again once; what it had found by then is lost with the machine.
"""

import logging
import os
import signal
import socket
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from healthcheck.config import Settings
from healthcheck.errors import HealthcheckError
from healthcheck.many import checked
from healthcheck.report import not_checked
from healthcheck.supervisor import Outcome, interrupted

KNOCK = 5.0
"""Seconds in which a cluster has to answer."""
AGAIN = 1
"""How often a target is done again whose worker was lost."""


def supervise_on_ray(
    targets: Sequence[str],
    arguments: list[str],
    settings: Settings,
    progress: Callable[[str, str], None],
    address: str | None = None,
) -> tuple[list[Outcome], bool]:
    """Check all targets on the cluster at `address`, or on one that is started here for this run.

    Returns what was found, in the order of the targets, and whether the user stopped it early.
    """
    ray = _connected(address)
    gpus = 1 if settings.device.startswith("gpu") else 0
    task: Any = ray.remote(num_cpus=1, num_gpus=gpus, max_retries=AGAIN)(_check)
    tasks: dict[Any, str] = {}
    found: dict[Any, Outcome] = {}
    stopped = False
    try:
        request = settings.model_dump_json()
        tasks = {task.remote(target, arguments, request, str(Path.cwd())): target for target in targets}
        while waiting := [one for one in tasks if one not in found]:
            (done, *_), _ = ray.wait(waiting, num_returns=1)
            found[done] = _result(ray, done, tasks[done])
            progress(tasks[done], f"done, {len(found)} of {len(tasks)}")
    except KeyboardInterrupt:
        stopped = True
        for one in tasks:
            ray.cancel(one, force=True)
    finally:
        ray.shutdown()
    outcomes = [found.get(one) or interrupted(target) for one, target in tasks.items()]
    return [*outcomes, *(interrupted(target) for target in targets[len(outcomes) :])], stopped


def _connected(address: str | None) -> Any:
    try:
        ray: Any = import_module("ray")
    except ImportError as error:
        raise HealthcheckError('Ray is not installed: pip install "model-healthcheck[ray]"') from error
    if address:
        _require_an_answer(address)
    handler = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(
            address or "local", include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR
        )
    except (OSError, RuntimeError, ValueError) as error:
        where = f"the Ray cluster at {address!r} cannot be used" if address else "Ray cannot be started"
        raise HealthcheckError(f"{where}: {str(error).splitlines()[0]}") from error
    finally:
        signal.signal(signal.SIGTERM, handler)  # Ray has its own
    return ray


def _require_an_answer(address: str) -> None:
    """Knock at an address that names a port: Ray itself would knock, and say so, for many minutes."""
    host, colon, port = address.rpartition("://")[2].rpartition(":")
    if not colon or not port.isdecimal():
        return  # `auto` and the like
    try:
        socket.create_connection((host, int(port)), KNOCK).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise HealthcheckError(f"the Ray cluster at {address!r} cannot be reached: {reason}") from error


def _check(target: str, arguments: list[str], settings: str, folder: str) -> str:
    """Check one target in a task of the cluster; text goes in and out, which any version can read."""
    if not Path(folder).is_dir():
        missing = f"{folder!r} does not exist on a machine of the cluster, which needs the same files"
        return Outcome(subjects=[not_checked(target, missing)], done=True).model_dump_json()
    os.chdir(folder)
    jobs = len(os.sched_getaffinity(0))
    known = Settings.model_validate_json(settings)
    outcome = checked(target, arguments, known, lambda event: None, jobs)
    return outcome.model_dump_json()


def _result(ray: Any, task: Any, target: str) -> Outcome:
    """Read what a task returned; a lost worker or one of our own faults costs its target and no other."""
    try:
        return Outcome.model_validate_json(ray.get(task))
    except ray.exceptions.RayError as error:
        reason = str(error).strip().partition("\n")[0]
        lost = f"its worker on the Ray cluster was lost {AGAIN + 1} times: {reason}"
        return Outcome(subjects=[not_checked(target, lost)])
