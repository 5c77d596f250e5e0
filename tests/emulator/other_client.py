"""A client that is not ours: plain MSAL and httpx, told nothing but the environment; prints the alert policies as JSON."""

import json
import os
import sys
from urllib.parse import urlsplit

import httpx
import msal

TENANT = "6f0c1d3e-0000-4000-8000-000000000001"
HOST = "ps.compliance.protection.outlook.com"
ANCHOR = f"APP:SystemMailbox{{bb558c35-97f1-4cb9-8ff7-d53741dc928c}}@{TENANT}"


def sign_in() -> str:
    """Get an app-only token with the secret that the environment holds."""
    app = msal.ConfidentialClientApplication(
        os.environ["AZURE_CLIENT_ID"],
        client_credential=os.environ["AZURE_CLIENT_SECRET"],
        authority=f"https://login.microsoftonline.com/{TENANT}",
    )
    answer = app.acquire_token_for_client([f"https://{HOST}/.default"])
    if "access_token" not in answer:
        sys.exit(str(answer.get("error_description")))
    return str(answer["access_token"])


def main() -> None:
    """Find the region as public clients do, then list the policies there."""
    body = {"CmdletInput": {"CmdletName": "Get-ProtectionAlert", "Parameters": {}}}
    headers = {"Authorization": f"Bearer {sign_in()}", "X-AnchorMailbox": ANCHOR}
    path = f"/adminapi/beta/{TENANT}/InvokeCommand"
    with httpx.Client(headers=headers, follow_redirects=False) as client:
        front = client.post(f"https://{HOST}{path}", json=body)
        region = (urlsplit(front.headers["location"]).hostname or "").partition(".")[0]
        answer = client.post(f"https://{region}.{HOST}{path}", json=body)
    rows = answer.raise_for_status().json()["value"]
    names = [row["Name"] for row in rows]
    sys.stdout.write(json.dumps({"region": region, "count": len(rows), "names": names}))


main()
