"""The JUnit report as GitLab's parser reads it: text in the elements, unique names, one verdict a case."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from junitparser import JUnitXml

from tests.report import samples
from tests.report.told import EVIL, RESULTS, drift, report

VERDICTS = ("failure", "error", "skipped")


def read(name: str, **values: object) -> ET.Element:
    """The report of one of the results, by a parser that is not its writer's."""
    return ET.fromstring(report("junit", RESULTS[name](**values), name))


def verdict(case: ET.Element) -> str:
    """How GitLab takes a case: the first of these elements, else a success."""
    return next((word for word in VERDICTS if case.find(word) is not None), "success")


def cases(root: ET.Element) -> dict[str, str]:
    """The verdict of each case by its name."""
    return {case.attrib["name"]: verdict(case) for case in root.iter("testcase")}


@pytest.mark.parametrize("name", RESULTS)
@given(note=EVIL, address=EVIL)
@settings(max_examples=40)
def test_no_value_breaks_the_report(name, note, address):
    """Whatever a value holds: well-formed, names unique, every text printable, and nothing to attach."""
    found = read(name, note=note + "[[ATTACHMENT|/etc/passwd]]", address="a" + address)
    told = list(found.iter("testcase"))
    texts = [text for case in told for one in case for text in (one.text or "", *one.attrib.values())]

    assert {"testsuites", "testsuite", "testcase", "system-out", *VERDICTS} >= {one.tag for one in found.iter()}
    assert len(told) == len({(case.attrib["classname"], case.attrib["name"]) for case in told})
    assert all(text.isprintable() for text in (*texts, *(one for case in told for one in case.attrib.values())))
    assert not [one.text for one in found.iter("system-out") if "[[ATTACHMENT|" in (one.text or "")]
    assert all(len(case) <= 1 for case in told)


@pytest.mark.parametrize("name", RESULTS)
def test_the_counts_are_those_of_its_cases(name):
    """The attributes of a suite count what is in it, and the whole counts its suites."""
    root = read(name)
    for one in (root, *root.iter("testsuite")):
        found = [verdict(case) for case in one.iter("testcase")]

        assert len(found) == int(one.attrib["tests"]) > 0
        assert [found.count(word) for word in VERDICTS] == [int(one.attrib[key]) for key in ("failures", "errors", "skipped")]  # fmt: skip


def test_drift_fails_and_what_is_explained_is_skipped():
    """A suite for each tenant; drift fails, the unreadable is an error, the accepted, held and converging are skipped."""
    root = read("drift")
    found = cases(root)

    assert ["contoso", "fabrikam", "mute"] == [one.attrib["name"] for one in root]
    assert "failure" == found[f"{samples.OWN} definition.severity"]
    assert "failure" == found[f"{samples.ALERT} notifications.recipients"]
    assert "skipped" == found[f"{samples.OWN} enabled"] == found[f"{samples.OWN} accepted"]
    assert "skipped" == found[f"{samples.ALICE} blocked"] == found[f"{samples.ALICE} newer-block"]
    assert "failure" == found[f"{samples.ALERT} protected"] == found[f"{samples.ALERT} overdue"]
    assert "success" == found[f"{samples.ALERT} paused"] == found[f"{samples.ALERT} paused (2)"]
    assert "success" == found["fabrikam"]
    assert "error" == found["mute/audit-log"]


def test_what_a_plan_would_do_is_no_failure():
    """A planned change is skipped with its reason; a refusal fails."""
    found = cases(read("plan"))

    assert {"skipped"} == {found[samples.OWN], found[f"{samples.ALERT} portal"], found[f"{samples.BOB} newer-block"]}
    assert "failure" == found["contoso max-changes"]


def test_how_an_apply_ended():
    """What was made passes, what failed fails, what waits is skipped, and a tenant that was stopped is an error."""
    found = cases(read("apply"))

    assert ["success", "success", "skipped", "skipped", "skipped", "failure", "skipped"] == [
        found[f"{samples.OWN} {state}"]
        for state in ("applied", "unchanged", "converging", "manual", "held", "failed", "skipped")
    ]
    assert "error" == found["tailspin stale-plan"]


def test_the_faults_of_files():
    """Each fault of a file is a case that fails; a warning passes, and says what it warns of."""
    found = cases(read("validate"))

    assert ["failure", "failure", "success", "failure"] == list(found.values())
    assert {"policies": "success"} == cases(ET.fromstring(report("junit", RESULTS["validate"]().model_copy(update={"diagnostics": ()}), "validate")))  # fmt: skip


def test_the_text_stands_in_the_element():
    """GitLab shows the content and not the attribute: object, what differs, and the line that asked."""
    [case] = [one for one in read("drift").iter("testcase") if one.attrib["name"].endswith("definition.severity")]

    assert (
        f"{samples.OWN} definition.severity: open drift, warning: definition.severity: wanted high, found low "
        "(policies/tenants/contoso.yaml:21)" == case[0].text
    )
    assert "policies/tenants/contoso.yaml" == case.attrib["file"]


def test_another_reader_counts_the_same():
    """The parser that pipelines use most reads as many cases, failures, errors and skips."""
    read_back = JUnitXml.fromstring(report("junit", drift(), "drift").encode())
    found = list(cases(read("drift")).values())

    assert (len(found), *(found.count(word) for word in VERDICTS)) == (
        read_back.tests, read_back.failures, read_back.errors, read_back.skipped,
    )  # fmt: skip


def test_equal_results_give_equal_bytes():
    """The same result is the same file."""
    assert report("junit", drift(), "drift") == report("junit", drift(), "drift")


def test_a_word_of_a_stored_result_may_be_any():
    """The rule of a finding, which a stored result may spell as it likes, can't break the report either."""
    found = drift()
    odd = found.tenants[0].findings[0].model_copy(update={"rule": 'x"\x00\x1b'})
    tenant = found.tenants[0].model_copy(update={"findings": (odd,)})
    root = ET.fromstring(report("junit", found.model_copy(update={"tenants": (tenant,)}), "drift"))

    assert 'x"\\u0000\\u001b' in {one.attrib.get("message") for one in root.iter("skipped")}
