"""Errors of the services: three encodings, many shapes, and what sort of refusal each one is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.adapters.adminapi_answer import Unreadable, done_of, page_of
from reconciler.adapters.adminapi_errors import failure_of
from reconciler.adapters.http import Answer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["error", "message", "details", "innererror", "internalexception", "code", "value", "type"])
            | st.text(),
            inner,
        )
    ),
    max_leaves=20,
)


def answer(document, status=400, **headers):
    """An answer with a JSON body."""
    return Answer(status, headers, json.dumps(document).encode())


def error(message, status=400, **more):
    """A refusal whose first detail has this message."""
    return failure_of(
        answer(
            {
                "error": {
                    "code": "BadRequest",
                    "message": "Invalid Operation",
                    "details": [{"message": message, **more}],
                }
            },
            status,
        )
    )


def readable(read, one):
    """Whether an answer is read; any other error than Unreadable ends the test."""
    try:
        read(one)
    except Unreadable:
        return False
    return True


@pytest.mark.parametrize(
    "message",
    [
        "|System.SomeException|It is not there.",
        "Ex6F9304|System.SomeException|It is not there.",
        json.dumps(
            {"Message": "It is not there.", "TypeName": "System.SomeException", "StackTrace": "", "InnerError": None}
        ),
    ],
)
@pytest.mark.parametrize("code", ["Client", "Context", 13])
def test_three_encodings_say_the_same(message, code):
    """Type and text come out alike, whatever the code of the detail is."""
    failure = error(message, code=code)

    assert ("System.SomeException", "It is not there.") == (failure.exception, failure.text)


def test_details_come_before_inner_error_before_message():
    """The text of a detail wins, then the inner exception's, then the message."""
    full = {
        "message": "outer",
        "details": [{"message": "detail"}],
        "innererror": {"internalexception": {"message": "inner"}},
    }
    texts = []
    for drop in (None, "details", "innererror"):
        full.pop(drop or "", None)
        texts.append(failure_of(answer({"error": full})).text)

    assert ["detail", "inner", "outer"] == texts


def test_details_as_a_single_object():
    """A list of one may come back as a bare object."""
    assert "no" == failure_of(answer({"error": {"details": {"message": "|T|no"}}})).text


@pytest.mark.parametrize(
    ("status", "message", "reason"),
    [
        (403, "", "permission"),
        (401, "|T|User is not allowed to call Get-Mailbox", "permission"),
        (429, "", "throttled"),
        (400, "|T|You have reached the maximum number of concurrent requests per tenant.", "throttled"),
        (404, "Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|Nobody.", "not-found"),
        (400, "|ErrorRuleNotFoundException|There is no rule matching identity 'f00ed340\\x'.", "not-found"),
        (400, '{"Message": "The rule is there.", "TypeName": "ADObjectAlreadyExistsException"}', "exists"),
        (400, "|T|The alert already exists.", "exists"),
        (
            400,
            "|InvalidOperationException|This operation is not required. Organization is already enabled for customization.",
            "done",
        ),
        (400, "|T|The command completed successfully but no settings of 'x' have been modified.", "done"),
        (400, "|InvalidOperationInDehydratedContextException|Not now.", "dehydrated"),
        (400, "|T|you first need to run the command: Enable-OrganizationCustomization.", "dehydrated"),
        (400, "|T|Your subscription allows only single-event alerts.", "licence"),
        (400, "|T|The sender has been unblocked the maximum number of times.", "other"),
        (400, "", "other"),
    ],
)
def test_refusals_are_told_apart(status, message, reason):
    """Each sort of refusal has its reason."""
    assert reason == error(message, status).reason


def test_nul_bytes_are_a_403_without_words():
    """A body of NUL bytes leaves the status to speak."""
    failure = failure_of(Answer(403, {}, b"\0" * 4096))

    assert (True, "HTTP status 403 without a word.") == (failure.forbidden, str(failure))


def test_a_web_page_is_not_shown():
    """HTML says nothing that belongs into a message."""
    assert "HTTP status 503 without a word." == str(failure_of(Answer(503, {}, b"<!DOCTYPE html><html>down</html>")))


def test_control_characters_are_taken_out():
    """What a tenant says can't move the cursor, turn text round or start a new line."""
    failure = error("|T|red \x1b[31m\u202eevil\r\nline\u2028end\x00")

    assert "red [31m evil line end" == failure.text


def test_a_token_in_a_message_is_taken_out():
    """If a service repeats what it was sent, the token isn't shown, however long it is."""
    token = "eyJhbGciOiJSUzI1NiJ9." + "a" * 5_000 + ".b"

    assert "You sent [removed]" == error(f"|T|You sent {token}").text


def test_a_long_text_is_cut():
    """A message has a bounded length."""
    assert 600 == len(error("|T|" + "x" * 100_000).text)


@given(JSON, st.sampled_from([200, 204, 400, 401, 403, 404, 429, 500, 503]))
def test_any_json_is_read(document, status):
    """Whatever JSON comes, an error is decoded and a success is read or called unreadable."""
    one = answer(document, status)

    assert failure_of(one).reason
    assert {readable(read, one) for read in (page_of, done_of)} <= {True, False}


@given(st.binary(max_size=300), st.sampled_from([200, 400, 403, 500]))
def test_any_bytes_are_read(body, status):
    """The same for anything at all."""
    one = Answer(status, {"x-warnings": "[", "content-type": "application/json"}, body)

    assert str(failure_of(one))
    assert readable(page_of, one) in {True, False}


def test_deep_json_is_unreadable():
    """A body that nests without end is no answer, and no crash."""
    with pytest.raises(Unreadable):
        page_of(Answer(200, {}, b'{"value":' + b"[" * 100_000))


def test_half_a_surrogate_pair_is_mended():
    """JSON can spell characters that no file can hold; they become a question mark."""
    (row,) = page_of(Answer(200, {}, b'{"value": [{"Name": "a\\ud800b"}]}')).rows

    assert {"Name": "a?b"} == row


@pytest.mark.parametrize("body", [b'{"value": []}', b'{"value": null}', b"{}", b""])
def test_empty_in_every_form(body):
    """An empty list, null, no value and no body mean that there are no rows."""
    assert () == page_of(Answer(200, {}, body)).rows


def test_annotations_go_and_odd_keys_stay():
    """Type annotations are dropped; a malformed key is kept beside the good one and harms nobody."""
    row = {
        "Guid@odata.type": "#Guid",
        "Guid@data.type": "System.Guid",
        "@odata.type": "#x",
        "Guid": "1",
        "LastUsed(DateTime])": None,
    }

    assert ({"Guid": "1", "LastUsed(DateTime])": None},) == page_of(answer({"value": [row]}, 200)).rows


def test_one_bare_object_is_one_row():
    """A list of one may come back as a bare object."""
    assert ({"Name": "x"},) == page_of(answer({"value": {"Name": "x"}}, 200)).rows


def test_a_row_that_is_no_object_is_unreadable():
    """A list with something else in it is not taken for a list without it."""
    with pytest.raises(Unreadable):
        page_of(answer({"value": [{"Name": "x"}, "text"]}, 200))


@pytest.mark.parametrize(
    ("body", "header"),
    [
        ({"@adminapi.warnings": ["slow", "slow"]}, ""),
        ({}, '["slow"]'),
        ({}, "slow"),
        ({"@adminapi.warnings": ["slow"]}, '["slow"]'),
    ],
)
def test_warnings_in_body_and_header(body, header):
    """A warning is heard once, wherever it stands."""
    headers = {"x-warnings": header} if header else {}

    assert ("slow",) == page_of(answer(body, 200, **headers)).warnings


def test_a_void_answer_as_plain_text():
    """A command may be answered with a text that is no JSON."""
    assert () == done_of(Answer(200, {"content-type": "text/plain"}, b"Done.")).rows
