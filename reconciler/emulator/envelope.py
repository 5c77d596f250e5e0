"""Answers of a cmdlet as the service spells them: envelope, annotations, and refusals in their three encodings."""

import json
import re
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from . import clixml
from .annotations import annotated
from .call import Call
from .paging import COOKIE, Pages
from .world import CmdletError, Result, Row

Json = dict[str, Any]

CONTENT_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
FOREIGN_HOST = "collector.attacker.example"
_PAGE_SIZE = re.compile(r"odata\.maxpagesize=(\d+)")
RATE_WINDOW = "15"


def success(call: Call, result: Result, pages: Pages) -> Response:
    """Spell a result: a page of rows, an empty list, nothing, or a confirmation message."""
    switches = call.home.switches
    if result.rows is None:
        return _void(call, result)
    if not result.rows:
        values: Json = {"array": {"value": []}, "null": {"value": None}, "absent": {}}
        return _answer(call, values[switches.empty_result], result.warnings)
    rows = _spelled(call, result.rows)
    size, warnings = _page_size(call, len(rows)), result.warnings
    if switches.result_size == "server" and len(rows) > size:
        warnings = (*warnings, "There are more results available. Increase the value of the ResultSize parameter.")
    page, token = pages.first(call, rows, size)
    return page_of(call, page, token, pages, warnings)


def _spelled(call: Call, rows: tuple[Row, ...]) -> tuple[Json, ...]:
    """Spell rows as JSON with annotations, or each as one text of CLIXML (monkey365)."""
    names = selected(call)
    if call.headers.get("x-responseformat", "").lower() != "clixml":
        return tuple(annotated(row, at, call.home.switches, names) for at, row in enumerate(rows))
    chosen = ({key: one for key, one in row.items() if names is None or key.lower() in names} for row in rows)
    return tuple({"_clixml": clixml.document(row)} for row in chosen)


def page_of(
    call: Call, page: tuple[Json, ...], token: str | None, pages: Pages, warnings: tuple[str, ...] = ()
) -> Response:
    """Spell one page, with a link to the next and the cookie that keeps the backend."""
    document: Json = {"@odata.nextLink": next_link(call, token)} if token else {}
    response = _answer(call, {**document, "value": list(page)}, warnings)
    if cookie := pages.cookie(token):
        response.headers["set-cookie"] = f"{COOKIE}={cookie}; path=/; secure; HttpOnly"
    return response


def next_link(call: Call, token: str) -> str:
    """Give the link to a further page; on demand it names a host that must never get the token."""
    host = FOREIGN_HOST if call.home.switches.next_link == "foreign-host" else call.host
    select = call.query.get("$select")
    more = f"&%24select={quote(select)}" if select else ""
    return f"https://{host}/adminapi/beta/{call.home.id}/InvokeCommand?%24skiptoken={token}{more}"


def selected(call: Call) -> frozenset[str] | None:
    """Give the lower-case property names of `$select`; None selects all."""
    text = call.query.get("$select")
    return frozenset(name.strip().lower() for name in text.split(",")) if text else None


def _page_size(call: Call, count: int) -> int:
    """`Prefer: odata.maxpagesize` is honoured; ResultSize only by the switch (module against graph2otel)."""
    found = _PAGE_SIZE.search(call.headers.get("prefer", ""))
    size = int(found[1]) if found else call.home.switches.page_size
    parameters = {name.lower(): value for name, value in (call.input().get("Parameters") or {}).items()}
    limit = str(parameters.get("resultsize", ""))
    if call.home.switches.result_size == "server" and limit.isdigit():
        size = min(size, int(limit))
    return max(1, min(size, 1_000)) if size else max(1, count)


def _void(call: Call, result: Result) -> Response:
    style = call.home.switches.void_result
    if result.confirmation is not None:
        return _answer(call, {"@adminapi.confirmationmessage": result.confirmation, "value": None}, result.warnings)
    if style == "no-content" and not result.warnings:
        return Response(status_code=204, headers=_headers(call, 204))
    return _answer(call, {"value": None}, result.warnings)


def _answer(call: Call, document: Json, warnings: tuple[str, ...]) -> Response:
    head = {
        "@odata.context": f"https://{call.host}/adminapi/beta/{call.home.id}/$metadata#Collection(Exchange.GenericHashTable)",
        "adminapi.warnings@odata.type": "#Collection(String)",
        "@adminapi.warnings": list(warnings),
    }
    response = json_response(call, {**head, **document}, 200)
    if warnings and call.home.switches.x_warnings:
        response.headers["x-warnings"] = json.dumps(list(warnings))
    if "prefer" in call.headers:
        response.headers["preference-applied"] = call.headers["prefer"].partition(";")[0]
    return response


def failure(call: Call, error: CmdletError) -> Response:
    """Spell a refusal; 403 has its own shapes."""
    if error.status in {401, 403}:
        return forbidden(call)
    switches = call.home.switches
    encoding = error.encoding if switches.error_encoding == "default" else switches.error_encoding
    code = "Context" if encoding == "json" else "Client"
    code = "13" if switches.numeric_details_code else code
    detail = {"code": code, "target": "", "message": _encoded(error, encoding)}
    inner = {"message": error.message, "type": error.exception, "stacktrace": ""}
    body = {
        "code": error.code,
        # graph2otel calls this text constant; the 404 form shows otherwise.
        "message": "Invalid Operation" if error.status == HTTPStatus.BAD_REQUEST else "Error executing cmdlet",
        "details": [detail],
        "innererror": {"message": "Error executing cmdlet", "type": error.exception, "internalexception": inner},
        "adminapi.warnings@odata.type": "#Collection(String)",
        "@adminapi.warnings": [],
    }
    response = json_response(call, {"error": body}, error.status)
    response.headers["x-exceptiontype"] = error.exception.rpartition(".")[2]
    return response


def _encoded(error: CmdletError, encoding: str) -> str:
    match encoding:
        case "pipe":
            return f"|{error.exception}|{error.message}"
        case "excode":
            return f"Ex6F9304|{error.exception}|{error.message}"
        case _:
            text = {"Message": error.message, "TypeName": error.exception, "StackTrace": "", "InnerError": None}
            return json.dumps(text)


def forbidden(call: Call) -> Response:
    """Refuse a cmdlet, known or not: NUL bytes under a false gzip header, or one sentence as 403 or 401."""
    style = call.home.switches.forbidden_body
    if style == "nul-gzip":
        return nul_gzip(call)
    status, code = (401, "Unauthorized") if style == "json-401" else (403, "Forbidden")
    text = f"User is not allowed to call {call.name}"
    return json_response(call, {"error": {"code": code, "message": text, "details": [], "innererror": {}}}, status)


def nul_gzip(call: Call) -> Response:
    """Give the 403 that makes transparent decoders raise before anyone sees the status (graph2otel, azure-auth)."""
    return Response(b"\0" * 4_096, 403, {**_headers(call, 403), "content-encoding": "gzip"}, "application/json")


def plain_error(call: Call, status: int, code: str, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """Spell an error that no cmdlet raised, with `System.Exception` as its class."""
    detail = {"code": "Client", "target": "", "message": f"|System.Exception|{text}"}
    response = json_response(call, {"error": {"code": code, "message": text, "details": [detail]}}, status)
    response.headers.update(headers or {})
    return response


def json_response(call: Call, document: Json, status: int) -> Response:
    """Give a JSON answer with the service's content type and headers."""
    return Response(json.dumps(document, separators=(",", ":")), status, _headers(call, status), CONTENT_TYPE)


def _headers(call: Call, status: int) -> dict[str, str]:
    """Headers seen on answers (capture; ExoHelper); whether Rate-Limit is among them is a switch."""
    found = {
        "request-id": str(uuid.uuid4()),
        "x-calculatedbetarget": f"{call.tenant.region if call.tenant else 'front'}.prod.outlook.example",
        "x-backendhttpstatus": str(status),
        "x-concurrencycount": "1",
        "x-combinedapponlyconcurrencycount": "1",
    }
    limit = call.tenant.switches.rate_limit_headers if call.tenant else "none"
    if limit != "none":
        left = str(int(limit) - 1)
        found |= {"rate-limit-limit": limit, "rate-limit-remaining": left, "rate-limit-reset": RATE_WINDOW}
    return found
