"""Plans as files: written in one step, and believed only after everything in them was checked (docs/plan-file.md)."""

import hashlib
import hmac
from pathlib import Path
from typing import Final

from pydantic import JsonValue, SecretBytes

from reconciler.adapters.input import read_bounded
from reconciler.adapters.output import write_whole
from reconciler.adapters.plan_text import dump, parse, plan_of
from reconciler.core.digest import canonical
from reconciler.core.errors import PlanError, ReconcilerError
from reconciler.core.plan import FORMAT, Plan, changes_digest, plan_digest

_PRIVATE: Final = 0o600
"""A plan names people and shows how a tenant is guarded."""
_AGAIN: Final = "Make a new plan with `reconciler plan --out FILE`."


def save(plan: Plan, path: Path, key: SecretBytes | None = None) -> Plan:
    """Write a plan for this account only, signed where there is a key, and return it as it was written.

    Raises ReconcilerError where the file can't be written; then there is no file, or still the old one.
    """
    written = signed(plan, key)
    write_whole(path, dump(written.document()), mode=_PRIVATE)
    return written


def signed(plan: Plan, key: SecretBytes | None) -> Plan:
    """The plan with the signature of the key, where there is one."""
    return plan.model_copy(update={"hmac": _sign(plan.document(), key)}) if key else plan


def load(path: Path, key: SecretBytes | None = None) -> Plan:
    """The plan of a file, equal to the one that was saved; with a key only if its signature is right.

    Raises PlanError for anything else. Whether it has expired, and whether it may be carried out, is not judged here.
    """
    raw = _read(path)
    try:
        return _checked(raw, key)
    except RecursionError as error:
        raise PlanError(f"{path} is nested far deeper than any plan. {_AGAIN}") from error
    except PlanError as error:
        raise PlanError(f"{path} {error} {_AGAIN}") from error


def load_kept(document: dict[str, JsonValue], key: SecretBytes | None = None) -> Plan:
    """The plan that the ledger kept for a run, which may be a part of the one that was reviewed.

    Its digest is then that of the whole, so only a signature can be checked. Raises PlanError.
    """
    raw = dump(document).encode()
    try:
        return _checked(raw, key) if key else plan_of(raw, parse(raw))
    except PlanError as error:
        raise PlanError(f"The plan in the ledger {error} Give the file: `apply FILE --resume RUN`.") from error


def _read(path: Path) -> bytes:
    try:
        return read_bounded(path, "plan", _AGAIN)
    except ReconcilerError as error:
        raise PlanError(str(error)) from error


def _checked(raw: bytes, key: SecretBytes | None) -> Plan:
    document = parse(raw)
    found = document.get("format")
    if "format" not in document:
        raise PlanError("has no `format`, so it is no plan.")
    if found != FORMAT or isinstance(found, bool):
        raise PlanError(f"has the format {str(found)[:40]!r}; this version reads format {FORMAT} only.")
    if key:
        _verify(document, key)
    plan = plan_of(raw, document)
    if plan.digest != plan_digest(document):
        raise PlanError("was altered after it was made: its digest is not that of its content.")
    if plan.changes_digest != changes_digest(plan.tenants):
        raise PlanError("was altered after it was made: its changes_digest is not that of its changes.")
    return plan


def _verify(document: dict[str, JsonValue], key: SecretBytes) -> None:
    said = document.get("hmac")
    if not isinstance(said, str):
        raise PlanError("has no `hmac`, and RECONCILER_PLAN_KEY demands one: it was made without the key.")
    if not hmac.compare_digest(said.encode("utf-8", "replace"), _sign(document, key).encode()):
        raise PlanError("has a wrong `hmac`: it was altered, or made with another RECONCILER_PLAN_KEY.")


def _sign(document: dict[str, JsonValue], key: SecretBytes) -> str:
    try:
        signed = canonical({name: value for name, value in document.items() if name != "hmac"})
    except ValueError as error:
        raise PlanError("holds text that is not Unicode.") from error
    return f"hmac-sha256:{hmac.new(key.get_secret_value(), signed, hashlib.sha256).hexdigest()}"
