"""What is wrong with a file's text: each fault has its place, and says what to write instead."""

import pytest

from tests.load.given import TENANT, document, says

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
NOT_ALLOWED = "is not allowed. Write the value out, or share it in a baseline."
LISTED = "in a list is read as text. Write"

CASES = {
    "tab": ("labels:\n\tring: x\n", ["6:1: error: A tab can't indent in YAML. Write spaces instead, two a level."]),
    "bracket": (
        "extends: [a\nmode: apply\n",
        ["6:5: error: A bracket is not closed, or a comma is missing. Close the list with `]`."],
    ),
    "brace": (
        "labels: {a: b\n",
        ["5:9: error: A brace is not closed, or a comma is missing. Close the mapping with `}`."],
    ),
    "quote": (
        "labels: {a: 'b}\n",
        ["5:13: error: A text in quotes is not closed. Close it with the quote that began it."],
    ),
    "colon": (
        "mode: a: b\n",
        ["5:8: error: A key can't begin here. Quote text that holds `: `, and indent keys alike."],
    ),
    "indentation": (
        "labels:\n    a: b\n  c: d\n",
        ["7:3: error: The indentation fits no key above. Indent the keys of one mapping alike."],
    ),
    "no key": ("apply\n", ["5:1: error: This is neither `key: value` nor a list item. Add what is missing."]),
    "at sign": ("mode: @x\n", ["5:7: error: `@` can't begin a value. Put the value in quotes."]),
    "escape": (
        'mode: "\\q"\n',
        ["5:8: error: This backslash begins no escape. Use single quotes, in which a backslash is one."],
    ),
    "anchor": ("labels: &x {a: b}\n", [f"5:9: error: The anchor `&x` {NOT_ALLOWED}"]),
    "alias": ("labels: *x\n", [f"5:9: error: The alias `*x` {NOT_ALLOWED}"]),
    "tag": (
        "labels: !!python/object/apply:os.system {a: b}\n",
        [
            (
                "5:9: error: The tag `tag:yaml.org,2002:python/object/apply:os.system` is not allowed. "
                "Remove it; text goes in quotes."
            )
        ],
    ),
    "merge key": (
        "labels: {<<: {a: b}}\n",
        ["5:10: error: The merge key `<<` is not allowed. Write the keys out, or share them in a baseline."],
    ),
    "repeated key": (
        "labels: {a: b}\nlabels: {}\n",
        ["6:1: error: The key `labels` is repeated: it stands in line 5 already. Keep one of the two."],
    ),
    "repeated below": (
        "labels: {a: b, a: c}\n",
        ["5:16: error: The key `a` is repeated: it stands in line 5 already. Keep one of the two."],
    ),
    "list as a key": ("? [a]\n: b\n", ["5:3: error: A key must be text on one line. Write `key: value`."]),
    "missing key": ("?\n: b\n", ["5:2: error: A key is missing in front of the colon. Write `key: value`."]),
    "missing value": (
        "mode:\nlabels: ~\nextends: [null]\n",
        [
            "5:6: error: A value is missing here. Write one, or remove the key: then it is not managed.",
            "6:9: error: A value is missing here. Write one, or remove the key: then it is not managed.",
            "7:11: error: A value is missing here. Write one, or remove the key: then it is not managed.",
        ],
    ),
    "second document": ("---\na: b\n", ["5:1: error: A second document begins here. Write it into a file of its own."]),
    "rest": ("...\na: b\n", ["6:1: error: Something follows the end of the document. Write one document a file."]),
    "deep": (
        f"labels: {'[' * 40}{']' * 40}\n",
        [
            "5:9: error: This must be a mapping. Write `key: value` lines below the key.",
            "5:40: error: This is nested more than 32 levels deep. No policy needs that: take levels out.",
        ],
    ),
    "large number": (
        "mode: 9007199254740992\n",
        ["5:7: error: This number is too large. Write at most 9007199254740991, or put it in quotes."],
    ),
    "line separator": (
        "mode: a\u2028b\n",
        [
            (
                "5:8: error: The character U+2028 is not allowed in YAML. "
                'Write it as an escape in double quotes ("\\u2028"), or remove it.'
            )
        ],
    ),
    "binary": (
        "mode: \0\1\n",
        [
            (
                "5:7: error: The character U+0000 is not allowed in YAML. "
                "Policies are text: save the file as UTF-8, or remove it."
            )
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_each_fault_has_its_place(tmp_path, text, expected):
    """A fault of the text is told where it stands, once, with what to write instead."""
    lines = [line for line in says(tmp_path, document(text)) if "a.yaml" in line]

    assert [f"a.yaml:{line}" for line in expected] == lines[: len(expected)]
    assert len(expected) == len(lines), lines


def test_a_bomb_is_refused_at_each_anchor(tmp_path):
    """Nested aliases never multiply: each anchor and alias is a fault, and none is followed."""
    lines = [line for line in says(tmp_path, {"a.yaml": BOMB}) if "anchor" in line or "alias" in line]

    assert ["1:4", "2:4", "2:8", "2:12", "3:4", "3:8", "3:12"] == [
        line[len("a.yaml:") :].split(": ")[0] for line in lines
    ]


def test_faults_of_the_text_and_of_the_values_come_together(tmp_path):
    """An anchor does not hide the misspelt key and the wrong word beside it."""
    lines = says(tmp_path, document("labels: &x {a: b}\nmod: apply\ncloud: mars\n"))

    assert ["a.yaml:5:9", "a.yaml:6:1", "a.yaml:7:8"] == [line.split(": ")[0] for line in lines]


@pytest.mark.parametrize("word", ["no", "On", "017", "1:30", "2026-01-01", "1e3", ".5", "0x1f", "1_000", "-.inf"])
def test_ambiguous_words_in_lists_are_text_with_a_warning(tmp_path, word):
    """What another reader of YAML takes for something else stays text in a list, and is told; in quotes it is not."""
    policy = "alert_policies: {Mine: {definition: {operations: [%s]}}}\n"

    assert [f'a.yaml:5:51: warning: `{word}` {LISTED} "{word}", so that nobody has to guess.'] == says(
        tmp_path, document(policy % word)
    )
    assert [] == says(tmp_path, document(policy % f'"{word}"'))


def test_a_character_that_turns_text_around_is_told(tmp_path):
    """Text that a reviewer sees in another order than it is written gets a warning."""
    lines = says(tmp_path, document("# \u202eretsasid\n"))

    assert ["a.yaml:5:3: warning: The invisible character U+202E changes the direction in which text is shown."] == [
        line.partition(" A reviewer")[0] for line in lines
    ]


def test_plain_scalars_are_text_but_for_a_few(tmp_path):
    """Only true, false, null and decimal whole numbers are more than text: a label may be called `no` or `1.10`."""
    lines = says(tmp_path, {"a.yaml": TENANT + "labels: {a: no, b: 1.10, c: 007, d: 1:30}\n"})

    assert [] == lines


def test_a_file_full_of_faults_is_cut_short(tmp_path):
    """A megabyte of aliases gives two hundred sentences and one more that says so, not a third of a million."""
    lines = says(tmp_path, document(f"extends: [{'*a,' * 300_000}]\n"))

    assert 201 == len(lines)
    assert lines[-1].endswith("error: More is wrong from here on. Mend the 200 faults before this one first.")
