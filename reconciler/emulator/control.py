"""The outside hand over HTTP, on the proxy's own port: read counters, change state, add faults, move the clock."""

import json
from collections.abc import Callable
from typing import Any

from starlette.responses import JSONResponse, Response

from .faults import Faults
from .paging import Pages
from .switches import describe
from .world import World

Json = dict[str, Any]


class Control:
    """Answers `/_emulator/...`. Only this machine reaches it, as the proxy listens on the loopback address."""

    PREFIX = "/_emulator/"

    def __init__(self, world: World, faults: Faults, pages: Pages) -> None:
        """Take what can be changed."""
        self._world = world
        self._faults = faults
        self._acts: dict[tuple[str, str], Callable[[Json], object]] = {
            ("GET", "health"): self._health,
            ("GET", "tenants"): lambda _: {"tenants": list(world.names())},
            ("GET", "switches"): lambda _: {"switches": describe()},
            ("GET", "counts"): lambda _: {"counts": world.counters.rows()},
            ("DELETE", "counts"): lambda _: world.counters.reset(),
            ("GET", "faults"): lambda _: {"faults": faults.rows()},
            ("POST", "faults"): faults.add,
            ("DELETE", "faults"): lambda _: faults.clear(),
            ("POST", "change"): world.apply,
            ("POST", "expire-pages"): lambda _: pages.expire(),
            ("POST", "reset"): self._reset,
        }

    def answer(self, method: str, path: str, body: bytes) -> Response:
        """Answer one request; what is wrong with it is said in a sentence, with 400 or 404."""
        act = self._acts.get((method, path.strip("/")))
        if act is None:
            known = ", ".join(f"{verb} {name}" for verb, name in self._acts)
            return JSONResponse({"error": f"There is no {method} {self.PREFIX}{path}. Known ones: {known}."}, 404)
        try:
            found = act(_document(body))
        except (ValueError, KeyError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(found or {"ok": True})

    def _health(self, _: Json) -> Json:
        return {"ok": True, "now": self._world.now().isoformat(), "tenants": len(self._world.names())}

    def _reset(self, _: Json) -> None:
        self._world.reset()
        self._faults.clear()


def _document(body: bytes) -> Json:
    match json.loads(body) if body else {}:
        case dict() as document:
            return document
        case _:
            raise ValueError("The body must be a JSON object.")
