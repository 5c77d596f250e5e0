"""A page as one HTML file: no script, nothing loaded from anywhere, light and dark, fit for paper."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from reconciler.report.escape import visible
from reconciler.report.page import Page

if TYPE_CHECKING:
    from jinja2 import Template


def to_html(page: Page) -> str:
    """The page as a complete HTML document."""
    style = _resource("page.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _template().render(page=page, style=style, policy=f"default-src 'none'; style-src 'sha256-{digest}'")


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    def shown(value: object) -> object:
        # The style sheet is ours and must reach the page to the byte, because the policy names its digest.
        return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=shown, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_resource("page.html.j2"))


@cache
def _resource(name: str) -> str:
    return files("reconciler.report").joinpath("templates", name).read_text(encoding="utf-8")
