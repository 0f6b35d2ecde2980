"""Find the installed rules: ours and a third party's come through the same entry point."""

import importlib
import pkgutil
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points

from healthcheck.errors import HealthcheckError
from healthcheck.rule import Rule

GROUP = "healthcheck.rules"


def installed_rules() -> dict[str, type[Rule]]:
    """Return every installed rule class by its id, ordered by family and id."""
    found: dict[str, type[Rule]] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        for rule in _rules_of(point):
            other = found.setdefault(rule.id(), rule)
            if other is not rule:
                raise HealthcheckError(
                    f"rule {rule.id()!r} is defined twice: by {other.__module__!r} and by {rule.__module__!r}"
                )
    return dict(sorted(found.items(), key=lambda item: (item[1].family(), item[0])))


def _rules_of(point: EntryPoint) -> list[type[Rule]]:
    try:
        return list(_walk(point.value))
    except HealthcheckError:
        raise
    except Exception as error:
        package = point.dist.name if point.dist else point.value
        raise HealthcheckError(
            f"the rules of package {package!r} cannot be loaded: {type(error).__name__}: {error}"
        ) from error


def _walk(package: str) -> Iterator[type[Rule]]:
    root = importlib.import_module(package)
    for module_info in pkgutil.walk_packages(root.__path__, prefix=f"{package}."):
        module = importlib.import_module(module_info.name)
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__:
                yield value
