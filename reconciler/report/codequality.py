"""A result as GitLab's code quality report: an entry for each point, at the line of YAML that caused it."""

from pydantic import JsonValue

from reconciler.report.context import Context
from reconciler.report.escape import visible
from reconciler.report.json import dumps
from reconciler.report.point import Point, fingerprints
from reconciler.report.points import Told, points


def to_codequality(result: Told, context: Context) -> str:
    """The array of entries in the order of the result; empty where there is nothing to say."""
    found = points(result, context)
    return dumps([_entry(one, mark) for one, mark in zip(found, fingerprints(found), strict=True)])


def _entry(one: Point, mark: str) -> JsonValue:
    return {
        "description": f"{visible(one.address)}: {one.message}" if one.address else one.message,
        "check_name": one.rule,
        "fingerprint": mark,
        "severity": one.grade,
        "location": {"path": one.path, "lines": {"begin": one.line}},
    }
