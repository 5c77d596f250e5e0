"""The words that any policy document may hold: on and off, plain text, mailboxes; each canonical, or refused."""

from typing import Annotated, Final, NoReturn

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from reconciler.core.shown import shown
from reconciler.core.values import clean_name, fold_name, is_mailbox

_SWITCH: Final = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


def refuse(summary: str, detail: str) -> NoReturn:
    """Raise what is wrong and what to write instead; the loader prints both at the line of the value."""
    raise PydanticCustomError("policy", "{summary} {detail}", {"summary": summary, "detail": detail})


def cited(value: object) -> str:
    """A value as an error message cites it."""
    return "null" if value is None else f"`{shown(value)}`"


def truth(value: object) -> bool | None:
    """What a value means as a switch, in any of the spellings that policies accept; None if it means none."""
    if isinstance(value, bool):
        return value
    return _SWITCH.get(value.strip().casefold()) if isinstance(value, str) else None


def switch(value: object) -> bool:
    """A switch in any of its spellings; anything else is refused."""
    found = truth(value)
    return refuse(f"{cited(value)} is neither on nor off.", "Write `on` or `off`.") if found is None else found


def text(value: object) -> str:
    """A text that says something."""
    if not isinstance(value, str) or not clean_name(value):
        refuse(f"{cited(value)} is no text.", "Write words, in quotes if they look like a number.")
    return clean_name(value)


def mailbox(value: object) -> str:
    """One mailbox, folded."""
    folded = fold_name(value) if isinstance(value, str) else ""
    if not is_mailbox(folded):
        refuse(f"{cited(value)} is not a mailbox.", "Write it as name@example.com.")
    return folded


Switch = Annotated[
    bool,
    BeforeValidator(switch),
    WithJsonSchema({"enum": [True, False, "on", "off", "yes", "no", "On", "Off", "Yes", "No", "ON", "OFF"]}),
]
Text = Annotated[str, BeforeValidator(text)]
