"""The environment of a target: ours, without what could do harm in foreign hands."""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from healthcheck.config import Settings

WITHHELD = (
    "*_ACCESS_KEY",
    "*_ACCESS_KEY_ID",
    "*_API_KEY",
    "*_APIKEY",
    "*_AUTH",
    "*_CONNECTION_STRING",
    "*_CREDENTIALS",
    "*_DSN",
    "*_JWT",
    "*_KEY_FILE",
    "*_PASSPHRASE",
    "*_PASSWD",
    "*_PASSWORD",
    "*_PAT",
    "*_PRIVATE_KEY",
    "*_SECRET",
    "*_SECRET_KEY",
    "*_TOKEN",
    "*_TOKEN_FILE",
    "*_WEBHOOK_URL",
    "ACTIONS_*",
    "AWS_*",
    "AZURE_*",
    "CLOUDSDK_*",
    "DATABASE_URL",
    "DOCKER_AUTH_CONFIG",
    "GITHUB_ENV",
    "GITHUB_OUTPUT",
    "GITHUB_PATH",
    "GITHUB_STATE",
    "GITHUB_STEP_SUMMARY",
    "KAGGLE_KEY",
    "KUBECONFIG",
    "MYSQL_PWD",
    "NETRC",
    "PGPASSFILE",
    "PGPASSWORD",
    "PIP_EXTRA_INDEX_URL",
    "PIP_INDEX_URL",
    "SSH_AUTH_SOCK",
    "SYSTEM_ACCESSTOKEN",
    "UV_EXTRA_INDEX_URL",
    "UV_INDEX_URL",
)
"""Names and patterns of the variables that no target gets unless it is passed on by name."""

MARKER = "HEALTHCHECK_RUN"
"""Variable that tells the processes of one check from all others."""


def withheld(names: Iterable[str], passed: Sequence[str]) -> set[str]:
    """Return those of the variables `names` that the target does not get.

    `passed` has names and patterns of what it gets nevertheless.
    """
    return {name for name in names if _is_one_of(name.upper(), WITHHELD) and not _is_one_of(name, passed)}


def child_environment(inherited: Mapping[str, str], settings: Settings, folder: Path) -> dict[str, str]:
    """Return the environment of a target whose run has `folder` to itself."""
    missing = withheld(inherited, settings.pass_env)
    kept = {name: value for name, value in inherited.items() if name not in missing}
    temporary = str(folder / "tmp")
    # As `nvidia-smi` counts them, so that `gpu:1` is the one that it shows under this number.
    return (
        {"CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
        | kept
        | {
            MARKER: folder.name,
            "KERAS_BACKEND": "tensorflow",
            "MPLBACKEND": "Agg",
            "PYTHONHASHSEED": str(settings.seed),
            "TEMP": temporary,
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TMP": temporary,
            "TMPDIR": temporary,
        }
    )


def _is_one_of(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
