"""The Graph requests that evidence before an unblock needs: a person, sign-ins, risk, rules, and alerts."""

import re
from typing import Any
from urllib.parse import unquote

from starlette.responses import JSONResponse, Response

from .call import Call
from .doorkeeper import Doorkeeper
from .records import wire_date

Json = dict[str, Any]

# Application permission that each route asks for (domain facts, section 8); names as in the `roles` claim.
_ROUTES: tuple[tuple[str, str, str, str], ...] = (
    ("GET", r"/users/(?P<id>[^/]+)", "user", "User.Read.All"),
    ("POST", r"/users/(?P<id>[^/]+)/revokesigninsessions", "revoke", "User.RevokeSessions.All"),
    (
        "GET",
        r"/reports/authenticationmethods/userregistrationdetails/(?P<id>[^/]+)",
        "registration",
        "AuditLog.Read.All",
    ),
    ("GET", r"/users/(?P<id>[^/]+)/authentication/methods", "methods", "UserAuthenticationMethod.Read.All"),
    ("GET", r"/identityprotection/riskyusers/(?P<id>[^/]+)", "risk", "IdentityRiskyUser.Read.All"),
    ("GET", r"/users/(?P<id>[^/]+)/mailfolders/inbox/messagerules", "rules", "MailboxSettings.Read"),
    ("GET", r"/auditlogs/signins", "sign_ins", "AuditLog.Read.All"),
    ("GET", r"/security/alerts_v2", "alerts", "SecurityAlert.Read.All"),
    ("GET", r"/domains/(?P<id>[^/]+)", "domain", "Domain.Read.All"),
    # The page lists no permission for apps; that this one does is reported of some tenants (GRAPH).
    ("GET", r"/directory/onpremisessynchronization", "synchronization", "OnPremDirectorySynchronization.Read.All"),
)
# Returned when `$select` does not say otherwise; the password and session dates come on `$select` only.
_DEFAULT = ("id", "displayName", "mail", "userPrincipalName")
_USER_FILTER = re.compile(r"\b(userId|userPrincipalName)\s+eq\s+'([^']*)'", re.IGNORECASE)
_BY_ID = frozenset({"registration", "risk"})  # these know people by their object id only (GRAPH)
_WITHOUT_PREMIUM = frozenset({"risk", "sign_ins"})  # Entra P2 for risk, P1 for sign-ins (GRAPH; CIPP)


class Graph:
    """Answers from the people of the seed; a person without a part of the evidence gets 404 for it."""

    def __init__(self, door: Doorkeeper) -> None:
        """Take who checks tokens."""
        self._door = door

    def answer(self, call: Call) -> Response:
        """Answer one request to a Graph host."""
        refused = self._door.check(call)
        if refused is not None:
            return refused
        path = re.sub(r"^/(v1\.0|beta)", "", call.path, flags=re.IGNORECASE)
        for method, pattern, part, permission in _ROUTES:
            if found := re.fullmatch(pattern, path, re.IGNORECASE):
                if call.method != method:
                    return _error(405, "Request_BadRequest", "Specified HTTP method is not allowed here.")
                if permission not in (*call.claims.get("roles", ()), *call.claims.get("scp", "").split()):
                    return _error(403, "Authorization_RequestDenied", "Insufficient privileges.")
                return _licensed(call, part, unquote(found.groupdict().get("id", "")))
        return _error(400, "BadRequest", f"Resource not found for the segment '{path.strip('/').partition('/')[0]}'.")


def _licensed(call: Call, part: str, key: str) -> Response:
    if part in _WITHOUT_PREMIUM and ((call.home.licence == "e3" and part == "risk") or call.home.licence == "business"):
        return _error(403, "Forbidden", "Your tenant is not licensed for this feature.")
    if part in {"sign_ins", "alerts"}:
        return _listed(call, part)
    if part in {"domain", "synchronization"}:
        return _directory(call, key, part)
    return _part(call, key, part)


def _part(call: Call, key: str, part: str) -> Response:
    names = _ids if part in _BY_ID else _names
    user = next((one for one in call.home.users if key.lower() in names(one)), None)
    if user is None:
        return _error(404, "Request_ResourceNotFound", f"Resource '{key}' does not exist.")
    if part == "user":
        return JSONResponse(_selected(call, user))
    if part == "revoke":
        return _revoked(call, user)
    value = _rules(call, user) if part == "rules" else user.get(part)
    if value is None:
        return _error(404, "ResourceNotFound", f"Resource '{key}' does not exist.")
    context = f"https://{call.host}/v1.0/$metadata#{part}"
    body = value if isinstance(value, dict) else {"value": value}
    return JSONResponse({"@odata.context": context, **body})


def _directory(call: Call, key: str, part: str) -> Response:
    """A domain with where its people sign in, or what the synchronisation with a directory on site does."""
    home, context = call.home, {"@odata.context": f"https://{call.host}/v1.0/$metadata#{part}"}
    if part == "synchronization":
        row = {"id": home.id, "features": {"passwordWritebackEnabled": home.raw.get("password_writeback", False)}}
        return JSONResponse({**context, "value": [row]})
    found = next((one for one in home.domains if one.casefold() == key.casefold()), None)
    if found is None:
        return _error(404, "Request_ResourceNotFound", f"Resource '{key}' does not exist.")
    federated = home.raw.get("federated_domains")
    kind = "Federated" if isinstance(federated, list) and found in federated else "Managed"
    return JSONResponse({**context, "id": found, "authenticationType": kind, "isInitial": found == home.domain})


def _listed(call: Call, part: str) -> Response:
    """List what stands in people's `sign_ins` or `alerts`, of everyone or of the one that `$filter` names."""
    wanted = _USER_FILTER.search(call.query.get("$filter", ""))
    people: list[Json] = [one for one in call.home.users if wanted is None or wanted[2].lower() in _names(one)]
    rows: list[Json] = []
    for one in people:
        who = {"userId": one.get("id"), "userPrincipalName": one.get("userPrincipalName")} if part == "sign_ins" else {}
        rows += [{**who, **row} for row in one.get(part) or []]
    return JSONResponse({"@odata.context": f"https://{call.host}/v1.0/$metadata#{part}", "value": rows})


def _revoked(call: Call, user: Json) -> Response:
    """End a person's sessions: the date that `$select` shows moves to now."""
    with call.home.lock:
        user["signInSessionsValidFromDateTime"] = wire_date(call.home.now(), zone="Z")
        call.home.saved()
    return JSONResponse({"@odata.context": f"https://{call.host}/v1.0/$metadata#Edm.Boolean", "value": True})


def _rules(call: Call, user: Json) -> list[Json] | None:
    """Spell a mailbox's inbox rules as Graph does; hidden ones are likely missing there (domain facts, section 8)."""
    address = str(user.get("mail") or user.get("userPrincipalName")).casefold()
    box: Json | None = next(
        (one for one in call.home.mailboxes if str(one["PrimarySmtpAddress"]).casefold() == address), None
    )
    if box is None:
        return None
    rules: list[Json] = box.get("Rules") or []
    return [_rule(at, one) for at, one in enumerate(rules, 1) if not one.get("Hidden")]


def _rule(at: int, rule: Json) -> Json:
    names = {"ForwardTo": "forwardTo", "ForwardAsAttachmentTo": "forwardAsAttachmentTo", "RedirectTo": "redirectTo"}
    actions: Json = {
        ours: [{"emailAddress": {"address": one}} for one in rule[theirs]]
        for theirs, ours in names.items()
        if rule.get(theirs)
    }
    actions |= {
        ours: rule[theirs]
        for theirs, ours in (("DeleteMessage", "delete"), ("MoveToFolder", "moveToFolder"))
        if rule.get(theirs)
    }
    return {
        "id": f"rule-{at}",
        "displayName": rule["Name"],
        "sequence": at,
        "isEnabled": rule.get("Enabled", True),
        "actions": actions,
    }


def _ids(user: Json) -> set[str]:
    return {str(user.get("id") or "").lower()} - {""}


def _names(user: Json) -> set[str]:
    return {str(user.get(key) or "").lower() for key in ("id", "userPrincipalName")} - {""}


def _selected(call: Call, user: Json) -> Json:
    text = call.query.get("$select")
    names = text.split(",") if text else _DEFAULT
    context = f"https://{call.host}/v1.0/$metadata#users/$entity"
    return {"@odata.context": context, **{name: user.get(name) for name in names}}


def _error(status: int, code: str, text: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": text, "innerError": {}}}, status)
