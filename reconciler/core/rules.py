"""Every word by which a finding can be known: its severity, where it is checked, what it means and what to do."""

from typing import Final, NamedTuple

from reconciler.core.change import Level

_OFFLINE: Final = ("validate", "plan", "apply", "drift")
_WRITES: Final = ("plan", "apply")
_LOOKS: Final = ("plan", "apply", "drift")
_READS: Final = ("plan", "drift")
_ROLLS: Final = ("rollback",)


class Known(NamedTuple):
    """One rule: a word that users see, filter by and, some of them, acknowledge."""

    word: str
    severity: Level
    checked: tuple[str, ...]
    """The commands that judge by it."""
    means: str
    remedy: str
    acknowledgeable: bool = False


RULES: Final = (
    Known("max-changes", "refusal", _WRITES, "More changes in one tenant than `max_changes` allows",
          "plan fewer with `--target`, or acknowledge it", acknowledgeable=True),
    Known("max-tenants", "refusal", _WRITES, "One run would change more tenants than `max_tenants` allows",
          "select fewer with `--tenant` or `--selector`, or acknowledge it", acknowledgeable=True),
    Known("protected", "refusal", _OFFLINE, "A protected policy would be disabled, muted or removed",
          "correct the policy file"),
    Known("recipients-domain", "refusal", _OFFLINE, "A recipient is outside of `recipients.allowed_domains`",
          "correct the address, or allow the domain"),
    Known("recipients-required", "refusal", _OFFLINE, "None of `recipients.require_one_of` would be told",
          "add one of them"),
    Known("severity-lowered", "refusal", _LOOKS, "The severity of an alert would fall",
          "keep the severity, or acknowledge it", acknowledgeable=True),
    Known("audit-log-off", "refusal", _OFFLINE, "A policy writes `audit_log: {enabled: off}`",
          "write `enabled: on`, or acknowledge it", acknowledgeable=True),
    Known("pause-too-long", "refusal", _LOOKS, "A pause of notifications would last longer than `pauses.max_days`",
          "write `notifications: {enabled: on}` to end it"),
    Known("unknown-policy", "refusal", _LOOKS, "The tenant has no policy of that name, and none is defined",
          "correct the name, or write a definition"),
    Known("incomplete-definition", "refusal", _LOOKS, "A policy must be created and its definition lacks something",
          "write what the message names"),
    Known("create-only", "refusal", _LOOKS, "A definition changes what the service fixes when a policy is made",
          "remove the policy with `present: false`, then define it anew"),
    Known("duplicate-companion", "refusal", _LOOKS, "Two policies are marked as companions of one default policy",
          "remove all but one"),
    Known("companion-name-taken", "refusal", _LOOKS, "Another policy has the name that the companion needs",
          "rename or remove that policy"),
    Known("newer-block", "held", _LOOKS, "The block began after the one that was reviewed",
          "look at the new block, then approve it anew"),
    Known("approval-expired", "held", _LOOKS, "Every approval of this block has expired or is too old",
          "look at the block, then approve it anew"),
    Known("approval-unproven", "held", _LOOKS, "GitLab does not prove that enough others approved the entry",
          "do what the message says: mostly, bring the entry anew and have it approved before it is merged"),
    Known("unknown-start", "held", _LOOKS, "The start of the block can't be read, so no approval covers it",
          "lift the block by hand after a review"),
    Known("missing-evidence", "held", _LOOKS, "Evidence that the guardrails require is missing",
          "do what the message says, or waive a check that may be waived"),
    Known("budget", "held", _LOOKS, "The budget of unblocks is spent, or the service refused this one for good",
          "find out why the account is blocked again, or plan once more later"),
    Known("acknowledged", "warning", _LOOKS, "A refusal that somebody acknowledged with `--ack`; the message says who",
          "nothing"),
    Known("not-offered", "warning", _LOOKS, "The tenant lacks this default policy, mostly for want of a licence",
          "remove it from the tenant's document, or get the licence"),
    Known("paused", "warning", _LOOKS, "Notifications are paused: nobody is told until the date in the message",
          "write `notifications: {enabled: on}`"),
    Known("tenant-admins-only", "warning", _LOOKS, "`TenantAdmins` is the only recipient",
          "add a mailbox: administrators without one get nothing"),
    Known("default-muted", "warning", _LOOKS, "Only the companion tells; the default policy itself does not",
          "switch its notification on in the portal, if you want both"),
    Known("orphan-companion", "warning", _LOOKS, "A companion whose default policy no document names; it is kept",
          "name the default policy to manage it"),
    Known("protected-quiet", "warning", _READS, "A protected policy is disabled or muted; in drift that is critical",
          "switch it on, or have a policy do so"),
    Known("protected-unknown", "warning", _READS, "A protected name that matches nothing in this tenant",
          "correct the name in the guardrails"),
    Known("rolled-back", "warning", _LOOKS, "The policies still ask for what somebody rolled back",
          "revert the commit that brought it"),
    Known("acceptance-moved", "warning", _READS, "An accepted difference has another value: it counts one step higher",
          "mend it, or accept the new value"),
    Known("acceptance-expired", "warning", _READS, "An acceptance ended within the last seven days and hides nothing",
          "remove the entry, or accept the difference anew"),
    Known("block-changed", "warning", _LOOKS, "The block was changed after it was reviewed",
          "make sure that it is still the same case"),
    Known("blocked-again", "warning", _LOOKS, "The sender was unblocked before and is restricted again",
          "find out why before you approve it again"),
    Known("new-mfa-method", "warning", _LOOKS, "A sign-in method was registered shortly before the block, or since",
          "ask the person whether it is theirs"),
    Known("no-guardrails", "warning", _READS, "The plan lifts blocks and no guardrails are written",
          "add a document of kind guardrails"),
    Known("no-history", "warning", _READS, "The ledger knows no run of this tenant, so at most one block is lifted",
          "check `RECONCILER_LEDGER`"),
    Known("ledger-unreachable", "warning", _READS, "The ledger can't be used, so clocks, budgets or ages are not known",
          "mend what the message names; apply writes nothing without it"),
    Known("time-shifted", "warning", _READS, "`--now` gave the run another time than the machine's", "nothing"),
    Known("accepted", "accepted", _LOOKS, "A difference that somebody answers for until a day", "nothing"),
    Known("converging", "converging", _LOOKS, "Written, and not visible yet", "wait"),
    Known("overdue", "overdue", _LOOKS, "Written, and still not visible at the end of its clock; planned again",
          "apply the plan; find out who writes against it"),
    Known("acceptance-unused", "info", _READS, "An acceptance of something that does not differ", "remove the entry"),
    Known("already-unblocked", "info", _LOOKS, "The sender is not restricted", "remove the entry when you like"),
    Known("entry-to-remove", "info", _LOOKS, "The sender is not restricted, and the entry has expired",
          "remove the entry"),
    Known("restricted", "info", _READS, "A restricted sender whom no entry names",
          "review the block; `senders` shows it"),
    Known("companion-kept", "info", _LOOKS, "A companion stays until its default policy is as wanted", "nothing"),
    Known("companion-unproven", "info", _LOOKS, "Nobody has shown yet that this companion fires for every event",
          "keep the default policy's own notification on"),
    Known("not-read", "info", _READS, "What policies do not write could not be read",
          "see the reason in the message"),
    Known("undoes", "info", _ROLLS, "The plan undoes an earlier run; the message names the commit to revert",
          "revert that commit"),
    Known("not-undone", "info", _ROLLS, "Something that the run did can't be undone, or need not be",
          "see the reason in the message"),
    Known("targeted", "info", _READS, "Only the targeted objects were read", "nothing"),
)  # fmt: skip
"""In the order in which docs/rules.md lists them: the gravest first."""

ACKNOWLEDGEABLE: Final = frozenset(rule.word for rule in RULES if rule.acknowledgeable)
"""Refusals that `--ack RULE` turns into a warning; nothing else can be acknowledged (CONTRACT 1.6)."""
