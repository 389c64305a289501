"""What is wrong with a question to the API is told in words of ours."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aslo.web.api.wording import worded
from fakes.web_site import WebSite

AN_ACTIVITY = '{"id": "a", "version": "1"}'
OF_LIBRARIES = re.compile(r"Expected|Object|enum|regex|`|\$|msgspec|JSON is malformed|truncated")


def read(body):
    return f'{{"sugar": "0.116", "installed": {body}}}'


def asked(site, query):
    return site.client.get("/api/v1/activities", query_string=query).json["message"]


def sent(site, body):
    answer = site.client.post("/api/v1/updates", data=body, content_type="application/json")
    assert answer.status_code == 400, answer.text
    return answer.json["message"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"limit": "0"}, "limit must be at least 1"),
        ({"limit": "101"}, "limit must be at most 100"),
        ({"limit": "many"}, "limit must be a whole number"),
        ({"sort": "random"}, "sort cannot be 'random'"),
        ({"sugar": "new"}, "sugar does not have the form that it should"),
        ({"q": "x" * 101}, "q must have at most 100 characters"),
        ({"page": "2"}, "there is no 'page'"),
    ],
)
def test_what_is_wrong_with_a_query_is_told_with_its_name(site, query, message):
    assert asked(site, query) == f"the query cannot be read: {message}"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "it ends too early"),
        ("{nothing", "it is no JSON, at byte 1"),
        ("[]", "it must be an object"),
        ("{}", "sugar is missing"),
        ('{"sugar": 1}', "sugar must be a text"),
        (read("{}"), "installed must be a list"),
        (read('[{"id": "a"}]'), "in installed[0] version is missing"),
        (read('[{"id": "a", "version": 3}]'), "installed[0].version must be a text"),
        (read('[{"id": "a", "version": "1", "x": 1}]'), "in installed[0] there is no 'x'"),
        (read(f"[{', '.join([AN_ACTIVITY] * 1001)}]"), "installed must have at most 1000 members"),
        (b'{"sugar": "\xff"}', "it is not UTF-8"),
    ],
)
def test_what_is_wrong_with_a_body_is_told_with_its_place(site, body, message):
    assert sent(site, body) == f"the body cannot be read: {message}"


def test_what_nobody_foresaw_is_told_with_its_place_alone():
    assert worded("A new word of a library - at `$.a[1]`") == "a[1] does not fit the description"
    assert worded("Another one") == "it does not fit the description"


SITE = WebSite(api_per_minute=0)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
named = st.dictionaries(st.sampled_from(["sugar", "installed", "lang", "channel", "y"]), values)


@given(named)
@settings(max_examples=150, deadline=None)
def test_no_answer_has_the_words_of_a_library(body):
    answer = SITE.client.post("/api/v1/updates", json=body)

    assert answer.status_code in (200, 400)
    told = re.sub(r"'.*'", "''", answer.json.get("message", ""), flags=re.DOTALL)
    assert not OF_LIBRARIES.search(told)
