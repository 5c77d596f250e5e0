"""A tenant's merged `alert_policies` as wanted objects, with what is wrong once all layers are known."""

from collections.abc import Iterable

from reconciler.core.change import Origin
from reconciler.core.kind import Fault, Moment, Parsed, Section
from reconciler.core.resource import Wanted, address_of
from reconciler.core.shown import shown
from reconciler.core.values import Fields, clean_name
from reconciler.facts import limits
from reconciler.facts.default_policies import DefaultPolicy
from reconciler.kinds.alert_policy.defaults import named

KIND_NAME = "alert-policy"


def parse(section: Section, _moment: Moment) -> Parsed:
    """The wanted alert policies of a tenant, and every fault in them."""
    wanted: list[Wanted] = []
    faults: list[Fault] = []
    for key, body in section.value.items():
        written = section.names.get(key, key)
        default = named(written)
        fields = body if isinstance(body, dict) else {}
        if fields.get("present") is False:
            fields = {"present": False}
        faults += _faults(key, written, fields, default)
        wanted.append(_wanted(section, key, default.name if default else clean_name(written), fields))
    return Parsed(tuple(wanted), tuple(faults))


def _wanted(section: Section, key: str, name: str, body: Fields) -> Wanted:
    origins: dict[str, Origin] = {
        ".".join(str(step) for step in path[1:]): origin
        for path, origin in section.origins.items()
        if len(path) > 1 and path[0] == key
    }
    return Wanted(
        kind=KIND_NAME,
        address=address_of(section.tenant.name, KIND_NAME, name),
        name=name,
        body=body,
        origin=section.origin(key),
        origins=origins,
    )


def _faults(key: str, name: str, body: Fields, default: DefaultPolicy | None) -> Iterable[Fault]:
    if not clean_name(name):
        yield Fault((key,), "A policy has no name.", "Write the name of the alert policy.")
    if clean_name(name).startswith(limits.DLP_PREFIX):
        yield Fault(
            (key,), f"`{shown(name)}` belongs to a DLP rule.", "Manage the rule that makes it; leave its alert out."
        )
    if default:
        yield from _default_faults(key, body, default)
    elif "via" in body:
        yield Fault((key, "via"), "A policy of your own is always written directly.", "Leave out via.")
    definition = body.get("definition")
    if isinstance(definition, dict) and not default:
        yield from _definition_faults(key, definition)


def _default_faults(key: str, body: Fields, default: DefaultPolicy) -> Iterable[Fault]:
    for field in ("present", "definition"):
        if field in body:
            yield Fault(
                (key, field),
                f"`{default.name}` is a default policy of the service: {field} can't be managed.",
                "Leave it out; enabled, notifications and via can be written.",
            )
    if body.get("via") != "companion":
        return
    if default.companion:
        yield Fault(
            (key, "via"),
            f"`{default.name}` can have no companion: {default.companion}.",
            "Write via: portal.",
        )
    notifications = body.get("notifications")
    if not (isinstance(notifications, dict) and "recipients" in notifications):
        yield Fault(
            (key, "via"),
            "A companion needs recipients, because the service makes no policy without them.",
            "Write notifications: {recipients: [name@example.com]}.",
        )


def _definition_faults(key: str, definition: Fields) -> Iterable[Fault]:
    at = (key, "definition")
    for field in ("threshold", "window"):
        if field in definition and definition.get("aggregation") != "simple":
            yield Fault(
                (*at, field), f"A {field} counts only with simple aggregation.", "Write aggregation: simple beside it."
            )
    operations = definition.get("operations")
    if not isinstance(operations, list):
        return
    if definition.get("threat_type", "Activity") != "Activity":
        yield Fault(
            (*at, "operations"),
            "Operations go only with the threat type Activity.",
            "Write threat_type: Activity, or leave out operations.",
        )
    if len(operations) > 1:
        # EXO-DOC: the type takes several values, and they are documented as not working.
        yield Fault(
            (*at, "operations"),
            "The service accepts several operations, but documents that they do not work.",
            "Write one policy for each operation.",
            "warning",
        )
