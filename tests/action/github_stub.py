"""GitHub's REST API on loopback, as far as the action speaks to it: it pages, refuses and remembers."""

import io
import json
import re
import threading
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

BOT = {"login": "github-actions[bot]", "type": "Bot"}


@dataclass
class Request:
    method: str
    path: str
    token: str | None
    body: object = None


@dataclass
class Refusal:
    """An answer to requests whose method and path match, before the request is carried out or after."""

    pattern: str
    status: int
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    carried_out: bool = False


@dataclass
class GitHub:
    """The state of one repository."""

    url: str = ""
    per_page: int = 30
    """Items a page has at most, whatever is asked for."""
    comments: list[dict] = field(default_factory=list)
    files: list[dict] = field(default_factory=list)
    artifacts: list[dict] = field(default_factory=list)
    archives: dict[int, bytes] = field(default_factory=dict)
    pulls: list[dict] = field(default_factory=list)
    login: str | None = None
    """Whose token it is; None for a workflow's own."""
    refusals: list[Refusal] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def refuse(self, pattern, status, **more):
        self.refusals.append(Refusal(pattern, status, **more))

    def comment(self, body, user=None):
        self.comments.append(
            {"id": 100 + len(self.comments), "body": body, "user": user or {"login": "ada", "type": "User"}}
        )

    def keep(self, number, files, **fields):
        """Keep an artifact of a run of the repository's own branch main, unless `fields` say otherwise."""
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        self.archives[number] = content.getvalue()
        run = {"id": 7, "repository_id": 1, "head_repository_id": 1, "head_branch": "main"}
        self.artifacts.append(
            {
                "id": number,
                "name": "healthcheck-report",
                "expired": False,
                "created_at": f"2026-01-{number:02}T00:00:00Z",
                "workflow_run": run | fields.pop("run", {}),
            }
            | fields
        )

    def sent(self, method):
        return [request for request in self.requests if request.method == method]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def github(self):
        return self.server.github

    def _handle(self):
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request(
            self.command,
            self.path,
            self.headers.get("Authorization"),
            json.loads(content) if content else None,
        )
        self.github.requests.append(request)
        refusal = self._refusal(request)
        if refusal is None or refusal.carried_out:
            status, headers, answer = self._answer(request)
        if refusal is not None:
            status, headers, answer = (
                refusal.status,
                refusal.headers,
                {"message": f"refused with {refusal.status}"},
            )
        data = (
            answer
            if isinstance(answer, bytes)
            else json.dumps(answer).encode()
            if answer is not None
            else b""
        )
        self.send_response(status)
        for name, text in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_DELETE = _handle  # noqa: N815

    def _refusal(self, request):
        for refusal in self.github.refusals:
            if refusal.times and re.search(refusal.pattern, f"{request.method} {request.path}"):
                refusal.times -= 1
                return refusal
        return None

    def _answer(self, request):
        github, url = self.github, urlsplit(self.path)
        path = url.path.removeprefix("/repos/ada/models/")
        for pattern, items in {
            r"issues/\d+/comments": github.comments,
            r"pulls/\d+/files": github.files,
            "pulls": github.pulls,
            r"actions/(runs/\d+/)?artifacts": github.artifacts,
        }.items():
            if re.fullmatch(pattern, path) and request.method == "GET":
                return self._page(items, url, "artifacts" if "artifacts" in pattern else None)
        if match := re.fullmatch(r"actions/artifacts/(\d+)/zip", path):
            # GitHub keeps them on another host, which is to be asked without the token.
            return 302, {"Location": f"http://localhost:{self.server.server_port}/stored/{match[1]}"}, None
        if match := re.fullmatch(r"/stored/(\d+)", path):
            return (400, {}, None) if request.token else (200, {}, github.archives[int(match[1])])
        if path == "/user":
            return (
                (200, {}, {"login": github.login}) if github.login else (403, {}, {"message": "not a user"})
            )
        return self._changed(request, path)

    def _changed(self, request, path):
        comments = self.github.comments
        if request.method == "POST" and re.fullmatch(r"issues/\d+/comments", path):
            self.github.comment(
                request.body["body"],
                {"login": self.github.login, "type": "User"} if self.github.login else BOT,
            )
            return 201, {}, comments[-1]
        number = int(path.rpartition("/")[2])
        found = next((one for one in comments if one["id"] == number), None)
        if found is None:
            return 404, {}, {"message": "Not Found"}
        if request.method == "DELETE":
            comments.remove(found)
            return 204, {}, None
        assert request.method == "PATCH"
        found["body"] = request.body["body"]
        return 200, {}, found

    def _page(self, items, url, key):
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        size, page = min(int(asked.get("per_page", 30)), self.github.per_page), int(asked.get("page", 1))
        shown = items[(page - 1) * size : page * size]
        rest = re.sub(r"&page=\d+", "", url.query)
        following = f'<{self.github.url}{url.path}?{rest}&page={page + 1}>; rel="next", <{self.github.url}/last>; rel="last"'
        headers = {"Link": following} if page * size < len(items) else {}
        return 200, headers, {"total_count": len(items), key: shown} if key else shown

    def log_message(self, *_):
        pass


def serve(github):
    """Start to answer on a free port of loopback; returns the server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.github = github
    github.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server
