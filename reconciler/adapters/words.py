"""Words of a service made fit for one of our sentences: one line, no control characters, no tokens, not too long."""

import re
import unicodedata

LONGEST = 600
_TOKEN = re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]*)*")


def plain(text: str, longest: int = LONGEST) -> str:
    """The text as one line that can't move a cursor or recolour a terminal; cut with `…` where it is too long."""
    visible = "".join(" " if _hidden(one) else one for one in text[: longest * 4])
    line = _TOKEN.sub("[removed]", " ".join(visible.split()))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def sentence(text: str) -> str:
    """The text as a sentence: plain, and with a full stop if it lacks one."""
    line = plain(text)
    return line if not line or line[-1] in ".!?…" else line + "."


def _hidden(one: str) -> bool:
    """Control, format (also U+202E, which turns text round), surrogate, and line separator characters."""
    return unicodedata.category(one) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
