"""GitHub's REST API: pages followed, waits respected, and a refusal told from a passing fault."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

ATTEMPTS = 4
MAX_WAIT = 30.0
"""Seconds between two attempts; who asks for more is told that we gave up."""
MAX_PAGES = 100
MAX_DOWNLOAD = 256 * 1024 * 1024
_TIMEOUT = 20.0
_PASSING = (429, 500, 502, 503, 504)


class RestError(Exception):
    """GitHub did not do what was asked; `status` is 0 when it was not reached."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{message} (status {status})" if status else message)
        self.status = status


def _opener() -> OpenerDirector:
    """Return an opener that follows no redirect: the token is for the API, not for where it sends us."""
    opener = OpenerDirector()
    for handler in (ProxyHandler, HTTPHandler, HTTPSHandler, HTTPDefaultErrorHandler, HTTPErrorProcessor):
        opener.add_handler(handler())
    return opener


@dataclass(frozen=True)
class Rest:
    """Where the API is, for which repository, and with which token."""

    url: str
    repository: str
    token: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Rest:
        """Take them from the environment of a step."""
        return cls(
            environment.get("GITHUB_API_URL", "https://api.github.com").rstrip("/"),
            environment.get("GITHUB_REPOSITORY", ""),
            environment.get("TOKEN", ""),
        )

    def ask(self, method: str, path: str, content: object = None) -> Any:
        """Send a request about the repository and return the answer, or raise `RestError`."""
        return self._answer(method, f"{self.url}/repos/{self.repository}/{path}", content)[0]

    def user(self) -> str:
        """Return the login of the user whose token we have; a workflow's own token has none."""
        return str(self._answer("GET", f"{self.url}/user")[0]["login"])

    def pages(self, path: str, key: str | None = None) -> Iterator[Any]:
        """Yield the items of a list, page after page; `key` names the list within the answer."""
        separator = "&" if "?" in path else "?"
        url: str | None = f"{self.url}/repos/{self.repository}/{path}{separator}per_page=100"
        for _ in range(MAX_PAGES):
            if url is None:
                return
            answer, headers = self._answer("GET", url)
            yield from answer[key] if key else answer
            url = self._next(headers)

    def download(self, path: str) -> bytes:
        """Fetch a file that the API keeps elsewhere; the token does not go there."""
        body, headers = self._sent("GET", f"{self.url}/repos/{self.repository}/{path}", None)
        place = headers.get("Location")
        return body if place is None else _body(Request(place))[0]  # noqa: S310  the API named it

    def _next(self, headers: Message) -> str | None:
        match = re.search(r'<([^<>]+)>;\s*rel="next"', headers.get("Link", ""))
        if match is None or urlsplit(match[1])[:2] != urlsplit(self.url)[:2]:
            return None
        return match[1]

    def _answer(self, method: str, url: str, content: object = None) -> tuple[Any, Message]:
        body, headers = self._sent(method, url, content)
        try:
            return (json.loads(body) if body else None), headers
        except ValueError as error:
            raise RestError(0, f"GitHub's answer to {method} {urlsplit(url).path} is no JSON") from error

    def _sent(self, method: str, url: str, content: object) -> tuple[bytes, Message]:
        """Send, and send again while the fault may pass.

        A POST that ended in a fault of the server may have been carried out, so it is not repeated.
        """
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if content is None else json.dumps(content).encode()
        for attempt in range(ATTEMPTS):
            request = Request(url, data, headers, method=method)  # noqa: S310  the runner's own API
            try:
                return _body(request)
            except RestError as error:
                wait = _wait(error, attempt)
                carried_out = method == "POST" and error.status != 429
                if wait is None or carried_out or attempt + 1 == ATTEMPTS:
                    raise
            time.sleep(wait)
        raise AssertionError


class _AnswerError(RestError):
    """An answer that is no success, with what it says of waiting."""

    def __init__(self, error: HTTPError) -> None:
        try:
            message = json.loads(error.read(MAX_DOWNLOAD)).get("message", error.reason)
        except (ValueError, AttributeError, OSError, HTTPException):
            message = error.reason
        super().__init__(error.code, " ".join(str(message).split())[:200])
        self.headers = error.headers


def _body(request: Request) -> tuple[bytes, Message]:
    try:
        with _opener().open(request, timeout=_TIMEOUT) as answer:
            return answer.read(MAX_DOWNLOAD), answer.headers
    except HTTPError as error:
        if error.code in (301, 302, 303, 307, 308) and "Location" in error.headers:
            return b"", error.headers
        raise _AnswerError(error) from error
    except (OSError, HTTPException) as error:
        raise RestError(0, f"{urlsplit(request.full_url).netloc} could not be reached: {error}") from error


def _wait(error: RestError, attempt: int) -> float | None:
    """Return the seconds to wait before the next attempt, or None when there is no use in one."""
    headers = error.headers if isinstance(error, _AnswerError) else Message()
    asked = headers.get("Retry-After", "")
    limited = error.status == 403 and (asked or headers.get("X-RateLimit-Remaining") == "0")
    if error.status not in (0, *_PASSING) and not limited:
        return None
    if asked.isdigit():
        seconds = float(asked)
    elif headers.get("X-RateLimit-Remaining") == "0" and headers.get("X-RateLimit-Reset", "").isdigit():
        seconds = max(0.0, float(headers["X-RateLimit-Reset"]) - time.time())
    else:
        seconds = 0.5 * 2**attempt
    return seconds if seconds <= MAX_WAIT else None
