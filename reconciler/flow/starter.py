"""The first files of a repository: which there are, what stands in them, and what is left for a person to fill in."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, ValidationError

from reconciler.core.errors import UsageError
from reconciler.core.starter import Release, Shelf, Starter, StarterFile
from reconciler.core.values import Frozen
from reconciler.flow.load_models import Domain, Guid, Name, wrong

_POLICIES: Final = "policies/"
"""What lies below it is written only where there are no policies yet."""
_PLACES: Final[Mapping[str, str]] = {
    "policies/tenants/{name}.yaml": "tenant.yaml",
    "policies/baselines/everywhere.yaml": "baseline.yaml",
    "policies/guardrails.yaml": "guardrails.yaml",
    ".gitlab-ci.yml": "gitlab-ci.yml",
    ".gitlab/reconciler.gitlab-ci.yml": "reconciler.gitlab-ci.yml",
    "CODEOWNERS": "codeowners",
    ".gitignore": "gitignore",
}
_NO_TENANT: Final = "00000000-0000-0000-0000-000000000000"
# GitLab marks both: an owner without `@` is malformed, and a hash of another form is no value of the input.
_NO_OWNERS: Final = "REPLACE-WITH-YOUR-GROUP"
_NO_RELEASE: Final = Release(url="REPLACE-WITH-THE-URL-OF-THE-WHEEL", sha256="REPLACE-WITH-ITS-SHA-256")
_BLANK: Final = re.compile(r"\{\{ (\w+) \}\}")
_OWNER: Final = re.compile(r"@[A-Za-z0-9][\w./-]*|[^\s@<>\[\]]+@[A-Za-z0-9][A-Za-z0-9.-]*")


def _owners(text: str) -> str:
    owners = text.split()
    if not owners or not all(_OWNER.fullmatch(one) for one in owners):
        raise wrong("These are no owners.", "Write them as @group/team or as mailboxes, parted by spaces.")
    return " ".join(owners)


class Answers(Frozen):
    """What is known of the first tenant and its repository; None is left for a person to fill in."""

    name: Name = "contoso"
    tenant_id: Guid | None = None
    domain: Domain | None = None
    owners: Annotated[str, AfterValidator(_owners)] | None = None


def answers(**given: str | None) -> Answers:
    """The answers of the command line. Raises UsageError for one that no policy could hold."""
    try:
        return Answers.model_validate({key: text for key, text in given.items() if text is not None})
    except ValidationError as error:
        first = error.errors()[0]
        option = str(first["loc"][0]).replace("_", "-")
        raise UsageError(f"--{option}: {first['msg']}") from error


def begin(folder: Path, asked: Answers, shelf: Shelf) -> Starter:
    """Write each file that is not there yet; where there are policies already, none is put beside them."""
    release = shelf.release()
    begun = shelf.holds_policies(folder / _POLICIES)
    files = []
    for path, text in starter_files(shelf.texts(), asked, release).items():
        kept = (begun and path.startswith(_POLICIES)) or not shelf.write_new(folder / path, text)
        files.append(StarterFile(path=path, state="kept" if kept else "written"))
    written = {one.path for one in files if one.state == "written"}
    return Starter(folder=str(folder), files=tuple(files), next=tuple(_next(written, asked, release)))


def starter_files(texts: Mapping[str, str], asked: Answers, release: Release | None) -> dict[str, str]:
    """The text of each file by its path; `texts` are those of the package."""
    known = release or _NO_RELEASE
    values = {
        "name": asked.name,
        "tenant_id": asked.tenant_id or _NO_TENANT,
        "domain": asked.domain or f"{asked.name}.onmicrosoft.com",
        "owners": asked.owners or _NO_OWNERS,
        "package": known.url,
        "sha256": known.sha256,
    }
    filled = {name: _BLANK.sub(lambda blank: values[blank[1]], text) for name, text in texts.items()}
    return {path.format(name=asked.name): filled[source] for path, source in _PLACES.items()}


def _next(written: set[str], asked: Answers, release: Release | None) -> Iterator[str]:
    tenant = f"policies/tenants/{asked.name}.yaml"
    if tenant in written and not (asked.tenant_id and asked.domain):
        missing = [word for word, value in (("tenant_id", asked.tenant_id), ("domain", asked.domain)) if not value]
        yield f"Put your tenant's {' and '.join(missing)} into {tenant}."
    if ".gitlab-ci.yml" not in written:
        yield "Your .gitlab-ci.yml was kept: include .gitlab/reconciler.gitlab-ci.yml in it, as docs/gitlab.md shows."
    elif release is None:
        yield "Put the URL of reconciler's wheel and its SHA-256 into .gitlab-ci.yml."
    elif release.url.startswith("file:"):
        yield "Put the wheel where your runners reach it, and its URL into .gitlab-ci.yml. The SHA-256 stands there."
    if "CODEOWNERS" in written and not asked.owners:
        yield f"Write who must approve into CODEOWNERS, for {_NO_OWNERS}."
    yield "Check the policies with `reconciler validate`."
    yield "Go through docs/gitlab.md: identities, variables, and the first plan in a merge request."
