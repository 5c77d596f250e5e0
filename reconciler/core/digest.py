"""One way to turn a document into bytes and a digest: RFC 8785, SHA-256."""

import hashlib

import rfc8785
from pydantic import JsonValue


def canonical(document: JsonValue) -> bytes:
    """The RFC 8785 bytes of a JSON document: equal documents give equal bytes."""
    return rfc8785.dumps(document)


def digest(document: JsonValue) -> str:
    """`sha256:` and the hexadecimal SHA-256 of the canonical bytes."""
    return f"sha256:{hashlib.sha256(canonical(document)).hexdigest()}"
