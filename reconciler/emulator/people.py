"""Mailboxes, inbox rules and the outbound policy as evidence cmdlets answer them."""

from collections.abc import Mapping

from .answer import Row

RULE_KEYS = ("ForwardTo", "ForwardAsAttachmentTo", "RedirectTo", "MoveToFolder")


def mailbox_row(raw: Mapping[str, object]) -> Row:
    """The properties of Get-Mailbox that evidence needs; `Rules` of the seed stays out of the row (EXO-DOC)."""
    address = str(raw["PrimarySmtpAddress"])
    return {
        "ExternalDirectoryObjectId": "",
        "UserPrincipalName": address,
        "EmailAddresses": [f"SMTP:{address}"],
        "DisplayName": address.partition("@")[0],
        "Alias": address.partition("@")[0],
        "Identity": address,
        "RecipientTypeDetails": "UserMailbox",
        "IsValid": True,
        "ForwardingSmtpAddress": None,
        "ForwardingAddress": None,
        "DeliverToMailboxAndForward": False,
        **{key: value for key, value in raw.items() if key != "Rules"},
    }


def rule_row(raw: Mapping[str, object], mailbox: str) -> Row:
    """A row of Get-InboxRule; rules carry no times. `Hidden` of the seed says that only IncludeHidden shows it."""
    name = str(raw["Name"])
    return {
        "Name": name,
        "Identity": f"{mailbox}\\{name}",
        "RuleIdentity": name,
        "Enabled": True,
        "Priority": 1,
        **dict.fromkeys(RULE_KEYS),
        "DeleteMessage": False,
        "StopProcessingRules": False,
        "MailboxOwnerId": mailbox,
        **{key: value for key, value in raw.items() if key != "Hidden"},
    }


def outbound_policy_row(raw: Mapping[str, object]) -> Row:
    """The default outbound spam policy; 0 is the service's own limit (EXO-DOC)."""
    return {
        "Name": "Default",
        "Identity": "Default",
        "IsDefault": True,
        "IsValid": True,
        "RecipientLimitExternalPerHour": 0,
        "RecipientLimitInternalPerHour": 0,
        "RecipientLimitPerDay": 0,
        "ActionWhenThresholdReached": "BlockUserForToday",
        "AutoForwardingMode": "Automatic",
        "NotifyOutboundSpam": False,
        "NotifyOutboundSpamRecipients": [],
        "BccSuspiciousOutboundMail": False,
        "BccSuspiciousOutboundAdditionalRecipients": [],
        **raw,
    }
