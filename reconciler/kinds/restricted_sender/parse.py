"""A tenant's approvals as wanted objects: one for each sender, with all entries for it."""

from collections.abc import Iterable
from typing import Final

from pydantic import JsonValue

from reconciler.core.kind import Fault, Moment, Parsed, Section
from reconciler.core.resource import Wanted, address_of
from reconciler.core.values import Fields, utc

KIND_NAME: Final = "restricted-sender"


def parse(section: Section, moment: Moment) -> Parsed:
    """The senders whose blocks may be lifted, and the entries that would be standing rights."""
    entries = list(enumerate(_entries(section.value.get("unblock"))))
    addresses = dict.fromkeys(str(entry["address"]) for _, entry in entries)
    wanted = [
        _wanted(section, address, [one for one in entries if one[1]["address"] == address]) for address in addresses
    ]
    return Parsed(tuple(wanted), tuple(fault for place, entry in entries for fault in _faults(place, entry, moment)))


def _entries(value: JsonValue) -> list[Fields]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _wanted(section: Section, address: str, entries: list[tuple[int, Fields]]) -> Wanted:
    approvals: list[JsonValue] = [
        {key: value for key, value in entry.items() if key != "address"} for _, entry in entries
    ]
    places = [place for place, _ in entries]
    return Wanted(
        kind=KIND_NAME,
        address=address_of(section.tenant.name, KIND_NAME, address),
        name=address,
        body={"address": address, "entries": approvals},
        origin=section.origin("unblock", places[0]),
        origins={f"entries.{number}": section.origin("unblock", place) for number, place in enumerate(places)},
    )


def _faults(place: int, entry: Fields, moment: Moment) -> Iterable[Fault]:
    at = ("unblock", place)
    if any(utc(str(entry["blocked_before"])) > time for time in moment.both):
        yield Fault(
            (*at, "blocked_before"),
            f"{entry['blocked_before']} is still to come, so this would be a standing right to send.",
            "Write when the block was reviewed.",
        )
    if entry["approved_by"] == entry["address"]:
        yield Fault(
            (*at, "approved_by"),
            f"{entry['address']} can't approve the end of its own block.",
            "Write who reviewed it.",
        )
