"""Write the comment on the pull request, as far as the token may."""

from __future__ import annotations

from collections.abc import Mapping

from github_action.plan import Plan, read_plan
from github_action.reports import read_report
from github_action.rest import Rest, RestError
from github_action.runner import add_to_summary, remark
from github_action.sticky import marked, stick
from github_action.text import letter

FIXED = "**Fixed:** what this comment reported is gone.\n\n"
_FORBIDDEN = (401, 403, 404)


def main(environment: Mapping[str, str]) -> int:
    """Comment; what GitHub refuses is a notice, and the text is found in the summary."""
    plan = read_plan(environment)
    if plan.pull is None:
        remark("notice", "there is no pull request to comment on")
        return 0
    verdict = _verdict(plan)
    text = letter(plan, environment)
    # Kept with the reports, for a second workflow that may comment where this one may not.
    plan.path("comment.md").write_text(marked(text, plan.marker, verdict), encoding="utf-8")

    def body(before: str | None) -> str | None:
        if before is None and not _is_worth_a_comment(plan, verdict):
            return None
        is_fixed = verdict == "healthy" and before in ("unhealthy", "not_checked")
        return marked(FIXED + text if is_fixed else text, plan.marker, verdict)

    try:
        stick(Rest.of(environment), plan.pull.number, plan.marker, body)
    except RestError as error:
        _refused(error, plan, text, environment)
    return 0


def _verdict(plan: Plan) -> str:
    if not plan.targets:
        return "skipped"
    report = read_report(plan.path("report.json"))
    return str(report["verdict"]) if report else "not_checked"


def _is_worth_a_comment(plan: Plan, verdict: str) -> bool:
    return verdict != "skipped" and (plan.comment == "true" or verdict != "healthy")


def _refused(error: RestError, plan: Plan, text: str, environment: Mapping[str, str]) -> None:
    hint = (
        "; the token needs `pull-requests: write`, which runs for forks and for Dependabot do not get: "
        "the README shows a second workflow for them"
        if error.status in _FORBIDDEN
        else ""
    )
    remark("notice", f"the comment was not written, its text is in the summary: {error}{hint}")
    if not plan.summary:
        add_to_summary(environment, marked(text, plan.marker, _verdict(plan)))
