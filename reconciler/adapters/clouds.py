"""The five clouds: where each signs in, answers cmdlets and serves Graph, and for whom a token is made."""

import re
from dataclasses import dataclass
from typing import Literal

from reconciler.core.request import Service
from reconciler.core.resource import Cloud

Resource = Literal["exo", "compliance", "graph"]

# One label of a DNS name (RFC 1123): what a redirect may contribute to a host name of ours, and nothing else.
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Hosts:
    """The host names of one cloud (wire.md 1.2: azure-auth 2026-09-26, docs-ps)."""

    login: str
    exo: str
    compliance: str
    """The front door of Security & Compliance, which sends every request on to a region."""
    suffix: str
    """What a region's label is put before; also the host that Security & Compliance tokens are made for."""
    graph: str
    login_alias: str | None = None

    def front(self, service: Service) -> str:
        """The host that every tenant's requests for a service may go to first."""
        return self.exo if service == "exo" else self.compliance

    def regional(self, service: Service, label: str) -> str:
        """The host of a region or prefix, built from our own suffix."""
        return f"{label}.{self.exo if service == 'exo' else self.suffix}"

    def scope(self, resource: Resource) -> str:
        """The scope of a token: always the global host, never a regional one (wire.md 1.3)."""
        return f"{self.audience(resource)}/.default"

    def audience(self, resource: Resource) -> str:
        """The resource that a token is made for; in DoD it lacks the `l5.` of the front door."""
        host = {"exo": self.exo, "compliance": self.suffix, "graph": self.graph}[resource]
        return f"https://{host}"

    @property
    def logins(self) -> frozenset[str]:
        """Every host that a credential of this cloud may be sent to."""
        return frozenset({self.login} | ({self.login_alias} if self.login_alias else set()))


_WORLDWIDE = Hosts(
    login="login.microsoftonline.com",
    exo="outlook.office365.com",
    compliance="ps.compliance.protection.outlook.com",
    suffix="ps.compliance.protection.outlook.com",
    graph="graph.microsoft.com",
)
_HOSTS: dict[Cloud, Hosts] = {
    "worldwide": _WORLDWIDE,
    "gcc": _WORLDWIDE,
    "gcc-high": Hosts(
        login="login.microsoftonline.us",
        exo="outlook.office365.us",
        compliance="ps.compliance.protection.office365.us",
        suffix="ps.compliance.protection.office365.us",
        graph="graph.microsoft.us",
    ),
    "dod": Hosts(
        login="login.microsoftonline.us",
        exo="outlook-dod.office365.us",
        compliance="l5.ps.compliance.protection.office365.us",
        suffix="ps.compliance.protection.office365.us",
        graph="dod-graph.microsoft.us",
    ),
    "china": Hosts(
        login="login.chinacloudapi.cn",
        exo="partner.outlook.cn",
        compliance="ps.compliance.protection.partner.outlook.cn",
        suffix="ps.compliance.protection.partner.outlook.cn",
        graph="microsoftgraph.chinacloudapi.cn",
        login_alias="login.partner.microsoftonline.cn",
    ),
}


def hosts_of(cloud: Cloud) -> Hosts:
    """The host names of a cloud."""
    return _HOSTS[cloud]


def label_of(host: str | None) -> str | None:
    """The first label of a host name, or None where it isn't one that a host name may start with."""
    label = (host or "").lower().partition(".")[0]
    return label if _LABEL.fullmatch(label) else None
