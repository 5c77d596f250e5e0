"""A result as its JSON document, in ASCII, so that no terminal obeys what a value holds."""

import json

from pydantic import JsonValue

from reconciler.core.plan import Plan
from reconciler.core.values import Frozen


def to_json(result: Frozen) -> str:
    """The document of CONTRACT 4, indented, with a line feed at its end."""
    document = result.document() if isinstance(result, Plan) else result.model_dump(mode="json")
    return dumps(document)


def dumps(document: JsonValue) -> str:
    """Any JSON document as every command prints it."""
    # DEL is the one control character that JSON leaves alone; it can only stand inside of a string.
    return json.dumps(document, indent=2, ensure_ascii=True).replace("\x7f", "\\u007f") + "\n"
