"""`schema`: print the JSON Schema of policy files, for editors."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation


def schema(call: "Invocation") -> None:
    """Print the JSON Schema of policy files, for editors. It is JSON whatever --format says."""
    from reconciler.report.json import dumps
    from reconciler.wiring import policy_schema

    call.put(dumps(policy_schema()))
