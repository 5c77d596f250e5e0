"""`init`: the first files of a repository of policies."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation


def init(
    call: "Invocation",
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The repository's folder; made if it isn't there.")
    ] = Path(),
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name of the first tenant; default: contoso.")
    ] = None,
    tenant_id: Annotated[str | None, typer.Option(metavar="GUID", help="Its tenant ID.")] = None,
    domain: Annotated[
        str | None, typer.Option(metavar="DOMAIN", help="Its initial domain, such as contoso.onmicrosoft.com.")
    ] = None,
    owners: Annotated[
        str | None, typer.Option(metavar="OWNERS", help="Who must approve changes, such as @group/security.")
    ] = None,
) -> None:
    """Write policies, a GitLab pipeline and code owners to start from. Never overwrites: what is there is kept."""
    from reconciler.core.errors import UsageError
    from reconciler.flow.starter import answers, begin
    from reconciler.wiring import shelf

    if call.options.policies or call.options.tenant or call.options.selector:
        raise UsageError(
            "init writes DIR/policies and chooses no tenants: --policies, --tenant, --selector don't apply."
        )
    call.emit(begin(folder, answers(name=name, tenant_id=tenant_id, domain=domain, owners=owners), shelf()))
