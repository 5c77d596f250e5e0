"""Get-ManagementRoleAssignment and Get-ManagementRole: who holds which Exchange role, and what a role holds."""

import uuid

from reconciler.emulator.answer import CmdletError, Result, Row
from reconciler.emulator.binder import Parameter, text, truth
from reconciler.emulator.records import NAMESPACE

from .command import Call, Cmdlet, matching, missing

# Role groups and roles as the restricted-senders pages name them (RU-DOC, AUD-DOC, RRL).
USUAL = (
    ("Transport Hygiene", "Organization Management", False),
    ("Transport Hygiene", "Organization Management", True),
    ("Transport Hygiene", "Security Administrator", False),
    ("Audit Logs", "Organization Management", False),
    ("Audit Logs", "Organization Management", True),
    ("Audit Logs", "Compliance Management", False),
    ("View-Only Configuration", "View-Only Organization Management", False),
)

# Which role holds which of our cmdlets: the first by a public script, the second by AUD-DOC, the rest inferred.
ROLE_CMDLETS = {
    "Transport Hygiene": (
        *("Get-BlockedSenderAddress", "Remove-BlockedSenderAddress", "Get-BlockedConnector", "Remove-BlockedConnector"),
        "Get-HostedOutboundSpamFilterPolicy",
    ),
    "Audit Logs": ("Get-AdminAuditLogConfig", "Set-AdminAuditLogConfig"),
    "View-Only Configuration": (
        *("Get-AdminAuditLogConfig", "Get-BlockedSenderAddress", "Get-BlockedConnector", "Get-OrganizationConfig"),
        *("Get-AcceptedDomain", "Get-HostedOutboundSpamFilterPolicy", "Get-ManagementRoleAssignment"),
    ),
}


def _row(role: str, assignee: str, *, delegating: bool) -> Row:
    name = f"{role}-{assignee}{'-Delegating' if delegating else ''}"
    return {
        "Name": name,
        "Identity": name,
        "Guid": str(uuid.uuid5(NAMESPACE, name)),
        "Role": role,
        "Enabled": True,
        "RoleAssignee": assignee,
        "RoleAssigneeName": assignee,
        "RoleAssigneeType": "RoleGroup",
        "RoleAssignmentDelegationType": "DelegatingOrgWide" if delegating else "Regular",
        "RecipientWriteScope": "Organization",
        "ConfigWriteScope": "OrganizationConfig",
        "CustomRecipientWriteScope": None,
        "CustomConfigWriteScope": None,
        "CustomResourceScope": None,
        "ExclusiveRecipientWriteScope": None,
        "RecipientOrganizationalUnitScope": None,
        "RecipientRelativeWriteScope": None,
    }


def _rows(call: Call) -> list[Row]:
    usual = [_row(role, assignee, delegating=delegating) for role, assignee, delegating in USUAL]
    own = [
        {**_row(str(raw["Role"]), str(raw["RoleAssignee"]), delegating=bool(raw.get("Delegating", False))),
         **{key: value for key, value in raw.items() if key != "Delegating"}}
        for raw in call.tenant.role_assignments
    ]  # fmt: skip
    return usual + own


def _get(call: Call) -> Result:
    identity, assignee = call.word("Identity"), call.word("RoleAssignee")
    if identity is not None and assignee is not None:
        # Identity and RoleAssignee belong to two parameter sets (docs-ps).
        name = "Microsoft.Exchange.Management.PSDirectInvoke.AmbiguousParameterSetException"
        raise CmdletError(
            400, "BadRequest", name, "Parameter set cannot be resolved: Identity and RoleAssignee.", "pipe"
        )
    rows = _rows(call)
    if identity is not None:
        found = matching(tuple(rows), "Identity", identity) or matching(tuple(rows), "Guid", identity)
        if not found:
            raise missing(identity)
        return Result(tuple(found))
    if assignee is not None:
        rows = matching(tuple(rows), "RoleAssignee", assignee)
    if "Delegating" in call.arguments:
        wanted = call.flag("Delegating")
        rows = [row for row in rows if (row["RoleAssignmentDelegationType"] != "Regular") == wanted]
    role = call.word("Role")
    return Result(tuple(matching(tuple(rows), "Role", role) if role is not None else rows))


def _roles(call: Call) -> Result:
    """Name the roles that hold a cmdlet: how an administrator asks what is needed (docs-ps, app-only page)."""
    wanted, cmdlet = call.word("Identity"), call.word("Cmdlet")
    names = {role for role, _, _ in USUAL} | {str(raw["Role"]) for raw in call.tenant.role_assignments}
    if cmdlet is not None:
        names = {role for role, held in ROLE_CMDLETS.items() if cmdlet.casefold() in map(str.casefold, held)}
    rows = tuple(
        {
            "Name": name,
            "Identity": name,
            "Guid": str(uuid.uuid5(NAMESPACE, f"role/{name}")),
            "RoleType": name.replace(" ", "").replace("-", ""),
            "IsRootRole": True,
        }
        for name in sorted(names)
    )
    if wanted is None:
        return Result(rows)
    found = matching(rows, "Identity", wanted)
    if not found:
        raise missing(wanted)
    return Result(tuple(found))


CMDLETS = (
    Cmdlet(
        "Get-ManagementRole",
        _roles,
        (Parameter("Identity", text, nullable=True), Parameter("Cmdlet", text, nullable=True)),
    ),
    Cmdlet(
        "Get-ManagementRoleAssignment",
        _get,
        (
            Parameter("Identity", text, nullable=True),
            Parameter("RoleAssignee", text, nullable=True),
            Parameter("Role", text, nullable=True),
            Parameter("Delegating", truth),
        ),
    ),
)
