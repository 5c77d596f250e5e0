"""Which Microsoft host names exist here, and what answers behind each; everything else is refused."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["login", "exo", "compliance", "graph"]


@dataclass(frozen=True)
class Cloud:
    """Host names of one cloud (azure-auth `clouds.py`; docs-ps connect-to-scc-powershell).

    `front` is where S&C is first asked; `compliance` ends its regional hosts and is what tokens are made for: in DoD
    the front door has `l5.` before it and the audience has not.
    """

    name: str
    login: str
    exo: str
    front: str
    compliance: str
    admin: str
    graph: str
    sub_scope: str | None = None

    def region_host(self, region: str) -> str:
        """Give the host that really serves S&C for a region."""
        return f"{region}.{self.compliance}"

    def admin_host(self, region: str) -> str:
        """Give the host that the redirect names, where nobody listens on port 446."""
        return f"{region}.{self.admin}"


_WORLDWIDE = (
    "login.microsoftonline.com",
    "outlook.office365.com",
    "ps.compliance.protection.outlook.com",
    "ps.compliance.protection.outlook.com",
    "admin.protection.outlook.com",
    "graph.microsoft.com",
)
_GOVERNMENT = ("ps.compliance.protection.office365.us", "admin.protection.office365.us")

CLOUDS: dict[str, Cloud] = {
    one.name: one
    for one in (
        Cloud("worldwide", *_WORLDWIDE),
        Cloud("gcc", *_WORLDWIDE, "GCC"),
        Cloud(
            "gcc-high",
            "login.microsoftonline.us",
            "outlook.office365.us",
            _GOVERNMENT[0],
            *_GOVERNMENT,
            "graph.microsoft.us",
            "DODCON",
        ),
        Cloud(
            "dod",
            "login.microsoftonline.us",
            "outlook-dod.office365.us",
            "l5." + _GOVERNMENT[0],
            *_GOVERNMENT,
            "dod-graph.microsoft.us",
            "DOD",
        ),
        Cloud(
            "china",
            "login.chinacloudapi.cn",
            "partner.outlook.cn",
            "ps.compliance.protection.partner.outlook.cn",
            "ps.compliance.protection.partner.outlook.cn",
            "admin.protection.partner.outlook.cn",
            "microsoftgraph.chinacloudapi.cn",
        ),
    )
}

# Other names under which the same sign-in service answers (MSAL's list of aliases).
LOGIN_ALIASES = {
    "login.windows.net": "login.microsoftonline.com",
    "login.microsoft.com": "login.microsoftonline.com",
    "sts.windows.net": "login.microsoftonline.com",
    "login.usgovcloudapi.net": "login.microsoftonline.us",
    "login.partner.microsoftonline.cn": "login.chinacloudapi.cn",
}
ADMIN_PORT = 446
TLS_PORT = 443


@dataclass(frozen=True)
class Place:
    """What a host name stands for: a service, the clouds that share it, and the region of a regional host."""

    kind: Kind
    clouds: frozenset[str]
    region: str | None = None


def place(host: str) -> Place | None:
    """Say what `host` stands for; None for every name that is not one of the service's."""
    host = host.lower().rstrip(".")
    known = _PLACES.get(LOGIN_ALIASES.get(host, host))
    if known is not None:
        return known
    label, _, rest = host.partition(".")
    regional = _SUFFIXES.get(rest)
    if regional is None or not label.replace("-", "").isalnum():
        return None
    return Place(regional.kind, regional.clouds, label)


def is_admin(host: str) -> bool:
    """Tell whether `host` is a regional admin host, which no client can reach."""
    _, _, rest = host.lower().partition(".")
    return any(rest == one.admin for one in CLOUDS.values())


def _collect(kind: Kind, attribute: str) -> dict[str, Place]:
    hosts: dict[str, set[str]] = {}
    for cloud in CLOUDS.values():
        hosts.setdefault(getattr(cloud, attribute), set()).add(cloud.name)
    return {host: Place(kind, frozenset(names)) for host, names in hosts.items()}


_COMPLIANCE = _collect("compliance", "compliance")
# ScubaGear uses the government front door without `l5.` for DoD too, so both names serve both clouds.
_PLACES: dict[str, Place] = {
    **_collect("login", "login"),
    **_collect("exo", "exo"),
    **_collect("graph", "graph"),
    **_collect("compliance", "front"),
    **_COMPLIANCE,
}
_SUFFIXES: dict[str, Place] = {**_COMPLIANCE, **_collect("exo", "exo")}
