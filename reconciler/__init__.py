"""Microsoft 365 security settings as reviewed YAML: plan, apply, detect drift."""

__version__ = "0.1.0"
