"""The picture in README.md is what a terminal shows; `pytest tests/whole/test_picture.py --snapshot-update` draws it anew."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import yaml
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from reconciler.adapters.http_tenant import HttpTenants
from reconciler.adapters.yaml_files import read_folder
from reconciler.core.kind import Moment
from reconciler.core.plan import Tool
from reconciler.emulator import Emulator
from reconciler.flow.load import load
from reconciler.flow.make_plan import make_plan
from reconciler.flow.ports import Ports
from reconciler.kinds import KINDS
from reconciler.report.plan import plan_page
from reconciler.report.terminal import print_page
from tests.flow.fakes import Clock, Ledger, Quiet
from tests.shape.repository import ROOT

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WIDTH = 104
PICTURE = ROOT / "docs" / "pictures" / "plan.svg"
POLICIES = """
kind: tenant
name: contoso
tenant_id: 6f0c1d3e-0000-4000-8000-000000000001
domain: contoso.onmicrosoft.com
audit_log: {enabled: on}
alert_policies:
  User restricted from sending email:
    notifications: {recipients: [secops@contoso.com, TenantAdmins], daily_limit: 25}
    via: companion
  Email sending limit exceeded:
    notifications: {recipients: [secops@contoso.com, TenantAdmins]}
  Inbox rule forwards outside:
    enabled: on
    definition: {severity: high}
    notifications: {enabled: on, recipients: [secops@contoso.com], daily_limit: none}
restricted_senders:
  unblock:
    - {address: alice@contoso.com, blocked_before: 2026-11-23T09:00:00Z, expires: 2026-11-27, approved_by: lead@contoso.com, reason: Password reset}
    - {address: bob@contoso.com, blocked_before: 2026-11-21T09:00:00Z, expires: 2026-11-27, approved_by: lead@contoso.com, reason: Password reset}
"""
GUARDRAILS = "kind: guardrails\nmax_unblocks: {per_run: 5}\n"


def drawn(page):
    """The page as a terminal shows it, as an SVG without anything from elsewhere."""
    stream = io.StringIO()
    print_page(page, stream, {"COLUMNS": str(WIDTH), "FORCE_COLOR": "1", "TERM": "xterm-256color"})
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("$ reconciler plan\n" + stream.getvalue()), soft_wrap=True)
    fonts = re.compile(r"@font-face \{\{.*?\}\}\s*", re.DOTALL)
    return console.export_svg(title="reconciler plan", unique_id="plan", code_format=fonts.sub("", CONSOLE_SVG_FORMAT))


def planned(folder):
    """A plan of an emulated tenant on a day that stands still."""
    for name, text in {"tenants/contoso.yaml": POLICIES, "guardrails.yaml": GUARDRAILS}.items():
        (folder / "policies" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "policies" / name).write_text(text)
    desired = load(read_folder(Path("policies"), None), KINDS, Moment(NOW, NOW)).desired
    seed = yaml.safe_load((ROOT / "reconciler/emulator/data/default_seed.yaml").read_text())
    with Emulator(seed={**seed, "now": NOW.isoformat()}) as emulator:
        clock = Clock(NOW)
        tenants = HttpTenants(emulator.environment({}), clock, say=print)
        return make_plan(
            desired, Ports(tenants, Ledger(), clock, Quiet(), KINDS, Tool(name="reconciler", version="0.1.0"))
        )


def test_the_picture_of_a_plan_is_what_a_terminal_shows(tmp_path, monkeypatch, request):
    """A create, changes, a portal step, a lifted block and a held one, on a tenant as the emulator has it."""
    monkeypatch.chdir(tmp_path)

    picture = drawn(plan_page(planned(tmp_path)))
    if request.config.option.update_snapshots:
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(picture, "utf-8")

    assert PICTURE.read_text("utf-8") == picture
