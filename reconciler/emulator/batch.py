"""`$batch`: up to ten cmdlets in one request, each with its own status, answered in any order."""

import dataclasses
import json
import random
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from starlette.responses import Response

from .call import Call, parse
from .envelope import json_response, plain_error

Json = dict[str, Any]

# Both clients that batch send at most ten; what the service does with more is not known, so it is refused.
LIMIT = 10


def run_batch(call: Call, invoke: Callable[[Call], Response]) -> Response:
    """Answer every item by itself; 200 even when items fail."""
    items = (parse(call.body) or {}).get("requests")
    if not isinstance(items, list) or not all(isinstance(one, dict) and "id" in one for one in items):
        return plain_error(call, 400, "BadRequest", "The batch needs a list 'requests', each with an 'id'.")
    if len(items) > LIMIT:
        return plain_error(call, 400, "BadRequest", f"A batch holds at most {LIMIT} requests.")
    keep_going = "odata.continue-on-error" in call.headers.get("prefer", "")
    answers: list[Json] = []
    for item in items:
        answers.append(_answer(call, item, invoke))
        if answers[-1]["status"] >= HTTPStatus.BAD_REQUEST and not keep_going:
            break  # OData: the first failure stops the rest (inferred)
    if call.home.switches.shuffled_batch:
        random.shuffle(answers)
    return json_response(call, {"responses": answers}, 200)


def _answer(call: Call, item: Json, invoke: Callable[[Call], Response]) -> Json:
    path, query = _split(str(item.get("url", "")))
    if path not in _paths(call):
        body = {"error": {"code": "NotFound", "message": "Resource not found."}}
        return {"id": item["id"], "status": 404, "headers": {}, "body": body}
    named = item.get("headers")
    sent = {str(name).lower(): str(value) for name, value in (named if isinstance(named, dict) else {}).items()}
    document = item.get("body")
    one = dataclasses.replace(
        call,
        method=str(item.get("method", "POST")).upper(),
        query=dict(parse_qsl(query)),
        headers={**call.headers, **sent},
        document=document if isinstance(document, dict) else None,
    )
    one.name_cmdlet()
    call.home.counters.add(call.tenant_name, one.kind, one.name)
    response = invoke(one)
    try:
        content = json.loads(bytes(response.body) or b"null")
    except ValueError:
        content = None  # the NUL bytes of a 403 have no place in JSON
    headers = {**response.headers, "content-type": "application/json"}
    return {"id": item["id"], "status": response.status_code, "headers": headers, "body": content}


def _split(url: str) -> tuple[str, str]:
    """Give path, in lower case, and query of an item's URL; nothing for a text that is none."""
    try:
        found = urlsplit(url)
    except ValueError:
        return "", ""
    return unquote(found.path).lower().rstrip("/"), found.query


def _paths(call: Call) -> set[str]:
    """Give the paths that lead to the batch's own tenant, by id or by any of its domains."""
    return {f"/adminapi/beta/{key.lower()}/invokecommand" for key in (call.home.id, *call.home.domains)}
