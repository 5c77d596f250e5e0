"""A result as SARIF 2.1.0: a run for each tenant, a result for each point, accepted ones with a suppression."""

import re
from datetime import datetime, timedelta
from string import ascii_letters, digits
from typing import Final, Literal

from pydantic import JsonValue

from reconciler.core.outcome import Exit
from reconciler.core.values import stamp, utc
from reconciler.report.context import Context
from reconciler.report.escape import visible
from reconciler.report.json import dumps
from reconciler.report.point import Point, by_tenant, fingerprints
from reconciler.report.points import POLICIES, Told, points
from reconciler.report.sarif_rules import LEVELS, described
from reconciler.report.validation import Validation

Kind = Literal["fail", "pass", "open", "informational", "review"]

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT: Final = "%SRCROOT%"
_KINDS: Final[dict[str, Kind]] = {
    "unreadable": "open", "incomplete": "open", "sign-in": "open", "converging": "open", "skipped": "open",
    "held": "review", "info": "informational", "applied": "pass", "unchanged": "pass",
}  # fmt: skip
"""By the state of a point; any other is a `fail`. `open`: too little is known; `review`: a person must decide."""
_RAN: Final = frozenset({0, 2, 3, 4, 8})
"""Exits of a run that did what it was asked to do, whatever it found."""
_SAFE: Final = frozenset(b"-._~/" + (ascii_letters + digits).encode())
_BRACKETS: Final = re.compile(r"[\\\[\]]")


def to_sarif(result: Told, context: Context) -> str:
    """The log; a tenant of which there is nothing to say has a run without results."""
    found = points(result, context)
    marked = by_tenant(found, fingerprints(found))
    ends = [("", result.exit)] if isinstance(result, Validation) else [(one.name, one.exit) for one in result.tenants]
    runs = [_run(tenant, end, marked.get(tenant, []), context) for tenant, end in ends]
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": runs})


def _run(tenant: str, end: Exit, marked: list[tuple[Point, str]], context: Context) -> JsonValue:
    words = list(dict.fromkeys(one.rule for one, _ in marked))
    accepted = {(one.address, one.message.partition(" ")[0]): one for one, _ in marked if one.rule == "accepted"}
    results: list[JsonValue] = [
        {
            "ruleIndex": words.index(one.rule),
            **_result(one, mark),
            **_memory(one, context),
            **_suppressed(one, accepted),
        }
        for one, mark in marked
    ]
    return {
        "tool": {"driver": {"name": "reconciler", "semanticVersion": context.version, "rules": described(words)}},
        "automationDetails": {"id": f"reconciler/{context.command}/{tenant or POLICIES}/"},
        "invocations": [_invocation(end, context)],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder in which reconciler ran."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }


def _invocation(end: Exit, context: Context) -> JsonValue:
    return {
        "executionSuccessful": end.code in _RAN,
        "exitCode": end.code,
        "exitCodeDescription": end.name,
        **({} if context.stored else {"endTimeUtc": stamp(context.at)}),
    }


def _result(one: Point, mark: str) -> dict[str, JsonValue]:
    kind = _KINDS.get(one.state, "fail")
    return {
        "ruleId": one.rule,
        "kind": kind,
        "level": LEVELS[one.grade] if kind == "fail" else "none",
        "message": {"text": _plain(f"{visible(one.address)}: {one.message}" if one.address else one.message)},
        "locations": [_location(one)],
        "partialFingerprints": {"reconciler/v1": mark},
    }


def _location(one: Point) -> dict[str, JsonValue]:
    place: JsonValue = {
        "artifactLocation": {"uri": _uri(one.path), "uriBaseId": _ROOT},
        "region": {"startLine": one.line},
    }
    named: JsonValue = [{"fullyQualifiedName": visible(one.address), "kind": "resource"}]
    return {"physicalLocation": place, **({"logicalLocations": named} if one.address else {})}


def _memory(one: Point, context: Context) -> dict[str, JsonValue]:
    """Whether a difference is new since the last drift report, where that is known."""
    if one.first_seen is None or context.stored:
        return {}
    return {"baselineState": "new" if utc(one.first_seen) >= _begun(context) else "unchanged"}


def _begun(context: Context) -> datetime:
    return (context.at - timedelta(seconds=context.seconds or 0)).replace(microsecond=0)


def _suppressed(one: Point, accepted: dict[tuple[str, str], Point]) -> dict[str, JsonValue]:
    """The suppression of what somebody accepted, with their reason and the line of the acceptance."""
    if one.state != "accepted":
        return {}
    said = accepted.get((one.address, one.field)) if one.sort == "drift" else one
    reason: dict[str, JsonValue] = {"justification": _plain(said.message), "location": _location(said)} if said else {}
    return {"suppressions": [{"kind": "external", "status": "accepted", **reason}]}


def _plain(text: str) -> str:
    """The text as a message in which no value is a link; SARIF reads `[text](target)` as one, unless escaped."""
    return _BRACKETS.sub(r"\\\g<0>", text) if "](" in text else text


def _uri(path: str) -> str:
    """A relative path as a relative reference: every byte that may mean something in a URI is encoded."""
    return "".join(chr(one) if one in _SAFE else f"%{one:02X}" for one in path.encode("utf-8", "surrogatepass"))
