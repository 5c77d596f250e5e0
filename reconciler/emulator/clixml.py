"""Rows as PowerShell's own XML, the other format that a client may ask for with `X-ResponseFormat` (monkey365)."""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from .answer import Row

_HEAD = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
_TYPES = "<T>System.Management.Automation.PSCustomObject</T><T>System.Object</T>"
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*")


def document(row: Row) -> str:
    """Give a row as one CLIXML document, as it stands in `value[]._clixml`."""
    ids = iter(range(1, 10_000))
    members = "".join(_element(name, value, ids) for name, value in row.items())
    return f'{_HEAD}<Obj RefId="0"><TN RefId="0">{_TYPES}</TN><MS>{members}</MS></Obj></Objs>'


def _element(name: str | None, value: object, ids: Iterator[int]) -> str:
    label = f' N="{escape(name)}"' if name is not None else ""
    match value:
        case None:
            return f"<Nil{label} />"
        case bool():
            return f"<B{label}>{str(value).lower()}</B>"
        case int():
            return f"<I32{label}>{value}</I32>"
        case list() | tuple():
            inner = "".join(_element(None, one, ids) for one in value)
            return f'<Obj{label} RefId="{next(ids)}"><LST>{inner}</LST></Obj>'
        case dict():
            pairs = (f"<En>{_element('Key', key, ids)}{_element('Value', one, ids)}</En>" for key, one in value.items())
            return f'<Obj{label} RefId="{next(ids)}"><DCT>{"".join(pairs)}</DCT></Obj>'
        case _:
            return _scalar(label, str(value))


def _scalar(label: str, text: str) -> str:
    tag = "G" if _GUID.fullmatch(text) else "DT" if _DATE.fullmatch(text) else "S"
    return f"<{tag}{label}>{escape(text)}</{tag}>"
