"""What a client must show to get a token: a known application, its credential, and a resource of the tenant's cloud."""

from collections.abc import Iterable

from . import assertions, hosts
from .aadsts import SignInError
from .world import App, Tenant

Form = dict[str, str]

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def find_app(tenant: Tenant, client_id: str) -> App:
    """Find a seeded application; raises SignInError 700016."""
    for app in tenant.apps:
        if app.client_id.lower() == client_id.lower():
            return app
    raise SignInError(
        700016,
        f"Application with identifier '{client_id}' was not found in the directory '{tenant.name}'. This can happen if "
        "the application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You may have sent your authentication request to the wrong tenant.",
    )


def authenticate(app: App, form: Form, audiences: Iterable[str]) -> None:
    """Check the secret or the assertion for real; raises SignInError."""
    if form.get("client_assertion"):
        if form.get("client_assertion_type") != JWT_BEARER:
            raise SignInError(700007, "The client_assertion_type parameter is missing or unsupported.")
        assertions.check(form["client_assertion"], app, audiences)
    elif not form.get("client_secret"):
        wanted = "'client_assertion' or 'client_secret'"
        raise SignInError(7000218, f"The request body must contain the following parameter: {wanted}.")
    elif form["client_secret"] != app.secret:
        raise SignInError(
            7000215,
            "Invalid client secret provided. Ensure the secret being sent is the client secret value, not the client "
            f"secret ID, for a secret added to app '{app.client_id}'.",
        )


def delegated_resource(tenant: Tenant, scope: str) -> str:
    """Read a person's scope, such as `https://HOST/.default`, `https://HOST/Name` or Graph's bare `User.Read`."""
    if "://" not in scope:
        return f"https://{hosts.CLOUDS[tenant.cloud].graph}"
    return resource_of(tenant, {"resource": scope.rpartition("/")[0]})[0]


def resource_of(tenant: Tenant, form: Form) -> tuple[str, str]:
    """Read scope (or the older `resource`) into a resource of this cloud and the name of its service."""
    wanted = form.get("resource") or next(iter(form.get("scope", "").split()), "")
    if not wanted:
        raise SignInError(900144, "The request body must contain the following parameter: 'scope'.")
    if "resource" not in form and not wanted.endswith("/.default"):
        raise SignInError(
            1002012,
            f"The provided value for scope {wanted} is not valid. Client credential flows must have a scope value with "
            "/.default suffixed to the resource identifier (application ID URI).",
        )
    resource = wanted.removesuffix("/.default").rstrip("/")
    cloud = hosts.CLOUDS[tenant.cloud]
    known = {cloud.exo: "exo", cloud.compliance: "compliance", cloud.graph: "graph"}
    service = known.get(resource.removeprefix("https://"))
    if service is None or not resource.startswith("https://"):
        text = f"The resource principal named {resource} was not found in the tenant named {tenant.name}."
        raise SignInError(500011, text)
    return resource, service
