"""What each fault does to an answer."""

import asyncio
import json
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from .aadsts import refusal
from .call import Call
from .doorkeeper import claims_challenge
from .envelope import nul_gzip, plain_error
from .faults import Fault
from .paging import EXPIRED

Options = dict[str, Any]

# The service's own words; clients know this answer by them, as its status is not fixed (ExoHelper).
CONCURRENCY = "You have reached the maximum number of concurrent requests per tenant. Please wait and try again later."
_HTML = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h2>{0}</h2></body></html>"
_FOREIGN_LINK = "https://collector.attacker.example/adminapi/beta/x/InvokeCommand?%24skiptoken=1"


class Dropped(Exception):
    """The connection shall end here, without an answer."""


def instead(call: Call, fault: Fault) -> Response | None:
    """Give the answer that a fault puts in place of the service's; None if it lets the service answer. May drop."""
    answer = _ANSWERS.get(fault.action)
    return answer(call, fault.options) if answer is not None else None


def concurrency(status: int) -> Response:
    """Give the plain-text answer to too many requests at once."""
    return PlainTextResponse(CONCURRENCY, status)


def changed(fault: Fault, response: Response) -> Response:
    """Change an answer that the service has given, if that is the fault."""
    body = bytes(response.body)
    if fault.action == "malformed-json":
        return _copy(response, body[: max(1, len(body) // 2)])
    change = _CHANGES.get(fault.action)
    try:
        document = json.loads(body) if change is not None else None
    except ValueError:
        return response
    if change is None or not isinstance(document, dict):
        return response
    change(document, fault.options)
    return _copy(response, json.dumps(document).encode())


async def wait(fault: Fault) -> None:
    """Be slow, if that is the fault."""
    if fault.action == "slow":
        await asyncio.sleep(float(fault.options.get("seconds", 1)))


def _drop(_: Call, __: Options) -> Response:
    raise Dropped


def _throttle(_: Call, options: Options) -> Response:
    return PlainTextResponse("Too many requests.", 429, _retry_after(options))


def _unavailable(_: Call, options: Options) -> Response:
    body = _HTML.format("Service Unavailable") if options.get("body", "html") == "html" else ""
    return Response(body, int(options.get("status", 503)), _retry_after(options), "text/html")


def _bad_gateway(_: Call, __: Options) -> Response:
    return Response(_HTML.format("Bad Gateway"), 502, media_type="text/html")


def _ad_transient(call: Call, _: Options) -> Response:
    text = "Microsoft.Exchange.Data.Directory.ADTransientException: an Active Directory error, try again later."
    return plain_error(call, 500, "InternalServerError", text, {"x-exceptiontype": "ADTransientException"})


def _sign_in_error(_: Call, options: Options) -> Response:
    return refusal(int(options.get("code", 50196)), str(options.get("text", "The server refused the request.")))


def _free(_: Call, options: Options) -> Response:
    status, headers, body = int(options.get("status", 200)), options.get("headers") or {}, options.get("body", "")
    if isinstance(body, dict | list):
        return JSONResponse(body, status, headers)
    return PlainTextResponse(str(body), status, headers)


def _retry_after(options: Options) -> dict[str, str]:
    """Spell Retry-After as a whole number, a fraction, or (`{date_in: seconds}`) an HTTP date; absent if not given."""
    wanted = options.get("retry_after")
    if wanted is None:
        return {}
    if isinstance(wanted, dict):
        return {"retry-after": formatdate(time.time() + float(wanted["date_in"]), usegmt=True)}
    return {"retry-after": str(wanted)}


def _errors_in_200(document: Options, options: Options) -> None:
    document |= {"@adminapi.errors": [options.get("text", "The operation could not be completed.")], "value": None}


def _foreign_next_link(document: Options, options: Options) -> None:
    document["@odata.nextLink"] = options.get("url", _FOREIGN_LINK)


def _copy(response: Response, body: bytes) -> Response:
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return Response(body, response.status_code, headers)


_ANSWERS: dict[str, Callable[[Call, Options], Response]] = {
    "drop": _drop,
    "throttle": _throttle,
    "concurrency": lambda _, options: concurrency(int(options.get("status", 429))),
    "unavailable": _unavailable,
    "bad-gateway": _bad_gateway,
    "ad-transient": _ad_transient,
    "forbidden-gzip": lambda call, _: nul_gzip(call),
    "expired-page": lambda call, _: plain_error(call, 400, "BadRequest", EXPIRED),
    "claims-challenge": lambda call, _: claims_challenge(call),
    "sign-in-error": _sign_in_error,
    "answer": _free,
}
_CHANGES: dict[str, Callable[[Options, Options], None]] = {
    "errors-in-200": _errors_in_200,
    "foreign-next-link": _foreign_next_link,
}
