"""GitHubForge against a scripted GitHub: every fault is a ForgeError, every secret is kept."""

import hashlib
import inspect
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from aslo.adapters.forge_github import GitHubForge
from aslo.domain.delivery import Asset
from aslo.domain.errors import (
    AsloError,
    BadAssetError,
    BadSourceError,
    FilesError,
    ForgeError,
    NotFoundError,
    TagNotFoundError,
)
from aslo.domain.report import CommitState
from fakes.scripted_github import (
    API,
    ASSET,
    CLOCK,
    COMMIT,
    CONTENT,
    NOW,
    TAG_OBJECT,
    TOKEN,
    answer,
    comment_by,
    forge,
    moved,
    pointer,
)

# releases


def test_the_releases_of_a_repository_are_listed_and_an_odd_one_is_left_out(caplog):
    github_forge, github = forge(answer(body=[a_release(2), {"id": "odd"}, a_release(1)]))

    found = github_forge.releases(CLOCK)

    assert [each.id for each in found.releases] == [2, 1]
    assert not found.is_whole
    assert "odd shape" in caplog.text
    assert github.calls == ["GET /repos/sugarlabs-demo/clock/releases?per_page=100"]


def test_the_tags_of_a_repository_are_listed():
    github_forge, github = forge(answer(body=[{"name": "v2"}, {"name": "v10"}]))

    assert github_forge.tag_names(CLOCK) == ("v2", "v10")
    assert github.calls == ["GET /repos/sugarlabs-demo/clock/tags?per_page=100"]


def test_a_repository_without_that_name_is_none():
    github_forge, github = forge(answer(404))

    assert github_forge.repository_named("sugarlabs-demo/no.such") is None
    assert github.calls == ["GET /repos/sugarlabs-demo/no.such"]


@pytest.mark.parametrize(("count", "is_whole"), [(0, True), (99, True), (100, False)])
def test_a_list_that_may_go_on_is_not_whole(count, is_whole):
    github_forge, _ = forge(answer(body=[a_release(1 + number) for number in range(count)]))

    found = github_forge.releases(CLOCK)

    assert (len(found.releases), found.is_whole) == (count, is_whole)


def a_release(number: int) -> dict[str, Any]:
    """A release as the REST API gives it."""
    return {
        "id": number,
        "tag_name": f"v{number}",
        "name": None,
        "body": None,
        "html_url": f"https://github.example/sugarlabs-demo/clock/releases/tag/v{number}",
        "prerelease": False,
        "draft": False,
        "published_at": "2026-03-01T12:00:00Z",
        "assets": [],
    }


# tags


@pytest.mark.case("D12")
def test_a_light_tag_is_resolved():
    github_forge, github = forge(pointer("commit"))

    assert github_forge.resolve_tag(CLOCK, "release/3#é") == COMMIT
    assert github.calls == ["GET /repos/sugarlabs-demo/clock/git/ref/tags%2Frelease%2F3%23%C3%A9"]


@pytest.mark.case("D12", "T18")
def test_an_annotated_tag_of_a_tag_is_resolved():
    github_forge, github = forge(pointer("tag", TAG_OBJECT), pointer("tag"), pointer("commit"))

    assert github_forge.resolve_tag(CLOCK, "v3") == COMMIT
    assert github.calls[1].endswith(f"/git/tags/{TAG_OBJECT}")


@pytest.mark.case("D09", "D12")
@pytest.mark.parametrize(
    "gone",
    [answer(404, {"message": "Not Found"}), answer(409, {"message": "Git Repository is empty."})],
)
def test_a_missing_tag_is_named(gone):
    github_forge, _ = forge(gone)

    with pytest.raises(TagNotFoundError, match="no tag 'v9' in sugarlabs-demo/clock"):
        github_forge.resolve_tag(CLOCK, "v9")


@pytest.mark.parametrize("kind", ["tree", "blob", "tag"])
def test_a_tag_that_ends_at_no_commit_is_the_authors_to_cure(kind):
    github_forge, github = forge(pointer(kind))

    with pytest.raises(BadSourceError, match=f"names a {kind}"):
        github_forge.resolve_tag(CLOCK, "v3")
    assert len(github.asked) <= 6


# faults


ODD_ANSWERS = {
    "401": answer(401, {"message": "Bad credentials"}),
    "403": answer(403, {"message": "Resource not accessible by personal access token"}),
    "500": answer(500),
    "502": httpx.Response(502, text="<html>unicorn</html>"),
    "not json": httpx.Response(200, text="<html>hello</html>"),
    "too deep": httpx.Response(200, text="[" * 200_000),
    "a list": answer(body=[]),
    "a number": answer(body=5),
    "nothing": httpx.Response(204),
    "odd shape": answer(body={"object": {"type": "commit", "sha": 5}}),
    "odd sha": pointer("commit", "../../../user"),
    "odd tag sha": pointer("tag", "../../user"),
    "compressed": httpx.Response(200, headers={"content-encoding": "br"}, content=b"x"),
    "huge": httpx.Response(200, content=b" " * 9_000_000),
    "no location": httpx.Response(302),
    "odd location": moved("https://[::1"),
}


@pytest.mark.parametrize("odd", ODD_ANSWERS.values(), ids=ODD_ANSWERS)
def test_an_odd_answer_is_an_outage(odd):
    github_forge, _ = forge(odd)

    with pytest.raises(ForgeError):
        github_forge.resolve_tag(CLOCK, "v3")


RESET = str(int((NOW + timedelta(minutes=7)).timestamp()))
WAITS = {
    "Retry-After": (answer(429, retry_after="90"), 90),
    "Retry-After as a date": (answer(503, retry_after="Fri, 01 May 2026 12:01:00 GMT"), 60),
    "hourly limit": (answer(403, x_ratelimit_remaining="0", x_ratelimit_reset=RESET), 420),
    "past reset": (answer(403, x_ratelimit_remaining="0", x_ratelimit_reset="5"), 0),
    "secondary limit": (
        answer(403, {"message": "You have exceeded a secondary rate limit."},
               x_ratelimit_remaining="100", x_ratelimit_reset=RESET),
        60,
    ),
    "429 alone": (answer(429), 60),
    "absurd": (answer(429, retry_after="99999999999"), 7200),
    "odd": (answer(502, retry_after="soon"), None),
    "403 alone": (answer(403, {"message": "Forbidden"}), None),
    "500 alone": (answer(500), None),
}  # fmt: skip


@pytest.mark.case("T15")
@pytest.mark.parametrize(("limited", "seconds"), WAITS.values(), ids=WAITS)
def test_a_limit_tells_when_to_come_back(limited, seconds):
    github_forge, _ = forge(limited)

    with pytest.raises(ForgeError) as caught:
        github_forge.set_status(CLOCK, COMMIT, CommitState.PENDING, "", "")

    expected = None if seconds is None else timedelta(seconds=seconds)
    assert caught.value.retry_after == expected


def httpx_exceptions() -> Iterator[type[Exception]]:
    for _, found in inspect.getmembers(httpx, inspect.isclass):
        if issubclass(found, Exception) and found.__module__ == "httpx":
            yield found


def raised(kind: type[Exception]) -> Exception:
    """An exception of that class, whatever its constructor wants."""
    request = httpx.Request("GET", API)
    try:
        if kind is httpx.HTTPStatusError:
            return httpx.HTTPStatusError("x", request=request, response=httpx.Response(500))
        return kind() if kind.__init__ is not Exception.__init__ else kind("x")
    except TypeError:
        return kind("x")


@pytest.mark.parametrize("kind", list(httpx_exceptions()), ids=lambda kind: kind.__name__)
def test_no_exception_of_httpx_escapes(kind, tmp_path):
    github_forge, _ = forge(raised(kind))

    with pytest.raises(ForgeError) as caught:
        github_forge.resolve_tag(CLOCK, "v3")
    with pytest.raises(ForgeError):
        github_forge.download_asset(ASSET, tmp_path / "a.xo", 10**6)

    assert caught.value.__cause__ is not None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.case("T34")
def test_the_token_is_in_no_repr_error_or_log(caplog):
    caplog.set_level(logging.DEBUG)
    github_forge, _ = forge(answer(500), httpx.ConnectError("no"), answer(401))
    said = [repr(github_forge)]
    for _ in range(3):
        with pytest.raises(ForgeError) as caught:
            github_forge.release(CLOCK, 3)
        said += [str(caught.value), repr(caught.value), repr(caught.value.__cause__)]

    assert TOKEN not in "".join(said) + caplog.text


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "umläut"])
def test_a_broken_token_is_refused_without_being_shown(token):
    with pytest.raises(ValueError, match="token") as caught:
        GitHubForge(API, token)

    assert token not in str(caught.value)


@pytest.mark.parametrize(
    "base", ["ftp://x", "api.github.com", "https://me:pw@x", "https://x?a=b", "https://x:eighty"]
)
def test_a_broken_address_of_github_is_refused(base):
    with pytest.raises(ValueError, match="GitHub's address is not"):
        GitHubForge(base, TOKEN)


# renamed repositories


def test_a_renamed_repository_is_followed_within_the_api():
    github_forge, github = forge(moved(f"{API}/repositories/7/releases/3", 301), answer(404))

    assert github_forge.release(CLOCK, 3) is None
    assert github.asked[1].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_comment_is_carried_along_to_the_new_name():
    new = f"{API}/repositories/7/commits/{COMMIT}/comments"
    github_forge, github = forge(moved(new, 307), answer(201, {}))

    github_forge.comment(CLOCK, COMMIT, "hello", "k", first_try=True)

    assert github.asked[1].method == "POST"
    assert b"hello" in github.asked[1].content


def test_nothing_is_ever_posted_to_another_host():
    github_forge, github = forge(moved("https://storage.test/x", 307), answer(201, {}))

    with pytest.raises(ForgeError, match="another host"):
        github_forge.comment(CLOCK, COMMIT, "hello", "k", first_try=True)
    assert len(github.asked) == 1


# releases and people


def test_a_release_that_is_odd_names_the_field():
    github_forge, _ = forge(answer(body={"id": 3}))

    with pytest.raises(ForgeError, match="tag_name"):
        github_forge.release(CLOCK, 3)


@pytest.mark.case("D13")
def test_bots_are_left_out_and_one_question_is_enough():
    def person(login, kind="User"):
        return {
            "login": login,
            "type": kind,
            "html_url": f"https://github.test/{login}",
            "avatar_url": f"https://pictures.test/{login}",
            "contributions": 3,
        }

    people = [
        person("ada"),
        person("renovate[bot]", "Bot"),
        person("odd[bot]"),
        person("ci", "Bot"),
        person("grace"),
    ]
    github_forge, github = forge(answer(body=people))

    found = github_forge.developers(CLOCK, 2)

    assert [(d.login, picture) for d, picture in found] == [
        ("ada", "https://pictures.test/ada"),
        ("grace", "https://pictures.test/grace"),
    ]
    assert github.calls == ["GET /repos/sugarlabs-demo/clock/contributors?per_page=2"]


@pytest.mark.parametrize(
    ("status", "told"),
    [("ahead", ("po/es.po",)), ("identical", ("po/es.po",)), ("diverged", ()), ("behind", ())],
)
def test_what_the_branch_changed_since_a_commit_is_told_where_it_holds_that(status, told):
    files = [
        {"filename": "po/es.po", "status": "modified"},
        {"filename": "po/fr.po", "status": "removed"},
    ]
    github_forge, github = forge(answer(body={"status": status, "files": files}))

    assert github_forge.changed_since(CLOCK, COMMIT) == told
    compared = f"GET /repos/sugarlabs-demo/clock/compare/{COMMIT}...HEAD?per_page=1"
    assert github.calls == [compared]


def test_nobody_is_asked_about_a_commit_that_cannot_be():
    github_forge, github = forge(answer(body={}))

    with pytest.raises(NotFoundError):
        github_forge.changed_since(CLOCK, "main...evil")
    assert github.calls == []


def test_an_empty_repository_has_no_developers():
    github_forge, _ = forge(httpx.Response(204))

    assert github_forge.developers(CLOCK, 10) == []


# downloads


@pytest.mark.case("T23", "T34")
def test_an_asset_is_streamed_and_the_token_stays_at_home(tmp_path):
    github_forge, github = forge(
        moved("https://storage.test/signed?x=1"), httpx.Response(200, content=CONTENT)
    )

    digest = github_forge.download_asset(ASSET, tmp_path / "a.xo", 10**6)

    assert digest == hashlib.sha256(CONTENT).hexdigest()
    assert (tmp_path / "a.xo").read_bytes() == CONTENT
    assert github.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert github.asked[0].headers["accept"] == "application/octet-stream"
    assert TOKEN not in str(github.asked[1].headers.raw)


@pytest.mark.case("D17", "T23")
@pytest.mark.parametrize(
    "place",
    [
        "http://storage.test/x",
        "http://api.github.test/x",
        "file:///etc/passwd",
        "ftp://storage.test/x",
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[fe80::1]/x",
        "https://192.168.1.1/x",
        "https://100.64.0.1/x",
        "https://0.0.0.0/x",
        "https://224.0.0.1/x",
        "https://inside.test/x",
        "https://half-inside.test/x",
        "https://me:pw@storage.test/x",
        "https://unknown.test/x",
    ],
)
def test_a_redirect_into_our_own_network_is_never_asked(place, tmp_path):
    github_forge, github = forge(moved(place), httpx.Response(200, content=CONTENT))

    with pytest.raises(ForgeError):
        github_forge.download_asset(ASSET, tmp_path / "a.xo", 10**6)

    assert len(github.asked) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.case("D17", "T23")
def test_twenty_redirects_are_too_many(tmp_path):
    github_forge, github = forge(moved("https://storage.test/x"))

    with pytest.raises(ForgeError, match="more than 5 times"):
        github_forge.download_asset(ASSET, tmp_path / "a.xo", 10**6)
    assert len(github.asked) == 6


def endless() -> Iterator[bytes]:
    while True:
        yield b"x" * 65_536


BAD_BODIES = {
    "gone": answer(404, {"message": "Not Found"}),
    "too large": httpx.Response(200, content=b"x" * 1_000_001),
    "endless": httpx.Response(200, content=endless()),
    "announced too large": httpx.Response(200, headers={"content-length": "9" * 30}, content=b"x"),
    "shorter": httpx.Response(200, content=CONTENT[:-1]),
    "longer": httpx.Response(200, content=CONTENT + b"x"),
}


@pytest.mark.case("D17", "T23")
@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_bad_asset_leaves_no_file(body, tmp_path):
    github_forge, _ = forge(body)

    with pytest.raises(BadAssetError, match=r"asset 'Clock-3\.xo'"):
        github_forge.download_asset(ASSET, tmp_path / "a.xo", 1_000_000)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.case("D17", "T23")
def test_a_crawling_asset_is_given_up(tmp_path):
    github_forge, _ = forge(httpx.Response(200, content=(b"x" for _ in range(10**6))), step=1.0)

    with pytest.raises(ForgeError, match="crawls: 16 bytes in 16 s"):
        github_forge.download_asset(ASSET, tmp_path / "a.xo", 10**6)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.case("D17", "T23")
def test_an_asset_kept_elsewhere_is_not_asked_for(tmp_path):
    github_forge, github = forge(httpx.Response(200, content=CONTENT))
    elsewhere = Asset(5, "x.xo", "https://storage.test/x", 5, "uploaded")

    with pytest.raises(BadAssetError, match="not this forge"):
        github_forge.download_asset(elsewhere, tmp_path / "a.xo", 10**6)

    assert github.asked == []


@pytest.mark.case("D17")
def test_a_file_that_is_there_is_not_written_over(tmp_path):
    (tmp_path / "a.xo").write_bytes(b"mine")
    github_forge, _ = forge(httpx.Response(200, content=CONTENT))

    with pytest.raises(FilesError, match=r"a\.xo"):
        github_forge.download_asset(ASSET, tmp_path / "a.xo", 10**6)

    assert (tmp_path / "a.xo").read_bytes() == b"mine"


def test_a_picture_is_fetched_without_the_token(tmp_path):
    github_forge, github = forge(httpx.Response(200, content=b"picture"))

    github_forge.download_picture("https://storage.test/u/1", tmp_path / "p", 100)

    assert (tmp_path / "p").read_bytes() == b"picture"
    assert "authorization" not in github.asked[0].headers


@pytest.mark.parametrize(
    "place", ["https://169.254.169.254/", "http://storage.test/", "nonsense", "https://[x", ""]
)
def test_a_picture_at_an_odd_place_is_not_asked_for(place, tmp_path):
    github_forge, github = forge(httpx.Response(200, content=b"picture"))

    with pytest.raises(ForgeError):
        github_forge.download_picture(place, tmp_path / "p", 100)
    assert github.asked == []


@pytest.mark.parametrize("body", [httpx.Response(404), httpx.Response(200, content=b"x" * 101)])
def test_a_picture_that_is_gone_or_too_large_is_an_outage(body, tmp_path):
    github_forge, _ = forge(body)

    with pytest.raises(ForgeError):
        github_forge.download_picture("https://storage.test/u/1", tmp_path / "p", 100)
    assert list(tmp_path.iterdir()) == []


# comments and statuses


US = {"id": 1, "login": "aslo-bot"}


def test_a_comment_hides_its_key_at_the_end():
    github_forge, github = forge(answer(201, {}))

    github_forge.comment(CLOCK, COMMIT, "Published.", "b1-1-final-comment", first_try=True)

    sent = json.loads(github.asked[0].content)
    assert sent == {"body": "Published.\n\n<!-- aslo:b1-1-final-comment -->"}
    assert github.calls == [f"POST /repos/sugarlabs-demo/clock/commits/{COMMIT}/comments"]


def test_a_comment_that_arrived_is_not_written_again():
    """After a time-out nobody knows whether the comment is there."""
    github_forge, github = forge(
        answer(body=US), answer(body=[comment_by(1, "Published.\n\n<!-- aslo:k -->\n")])
    )

    github_forge.comment(CLOCK, COMMIT, "Published.", "k")

    assert [call.split()[0] for call in github.calls] == ["GET", "GET"]


@pytest.mark.parametrize(
    "there",
    [
        comment_by(2, "I keep you silent <!-- aslo:k -->"),
        comment_by(1, "a bundle's words: <!-- aslo:k -->\n\n<!-- aslo:j -->"),
        comment_by(1, "another <!-- aslo:kk -->"),
        {"body": "by a deleted account <!-- aslo:k -->", "user": None},
    ],
)
def test_only_a_comment_of_ours_with_that_key_keeps_us_silent(there):
    github_forge, github = forge(answer(body=US), answer(body=[there]), answer(201, {}))

    github_forge.comment(CLOCK, COMMIT, "Published.", "k")

    assert github.calls[-1].startswith("POST")


def test_who_we_are_is_asked_once_and_pages_are_read_to_their_end():
    full = [comment_by(2, "x")] * 100
    ours = [comment_by(1, "<!-- aslo:k -->")]
    github_forge, github = forge(
        answer(body=US), answer(body=full), answer(body=ours), answer(body=ours)
    )

    github_forge.comment(CLOCK, COMMIT, "Published.", "k")
    github_forge.comment(CLOCK, COMMIT, "Published.", "k")

    assert [call.partition("?")[2] for call in github.calls] == [
        "",
        "per_page=100&page=1",
        "per_page=100&page=2",
        "per_page=100&page=1",
    ]


@pytest.mark.case("T16")
def test_a_long_comment_is_cut_with_a_note_before_its_key():
    github_forge, github = forge(answer(201, {}))

    github_forge.comment(CLOCK, COMMIT, "é" * 100_000, "k", first_try=True)

    body = json.loads(github.asked[0].content)["body"]
    assert len(body.encode()) < 4_100
    assert body.endswith("build's page)*\n\n<!-- aslo:k -->")


@pytest.mark.parametrize("key", ["a--b", "a-->b", "a---b", "-", "a>b"])
def test_a_key_cannot_end_the_hiding_place(key):
    github_forge, github = forge(answer(201, {}))

    github_forge.comment(CLOCK, COMMIT, "x", key, first_try=True)

    body = json.loads(github.asked[0].content)["body"]
    inside = body.removeprefix("x\n\n<!-- aslo:").removesuffix(" -->")
    assert "--" not in inside
    assert ">" not in inside


def test_a_status_is_short_and_in_our_context():
    github_forge, github = forge(answer(201, {}))

    github_forge.set_status(CLOCK, COMMIT, CommitState.FAILURE, "word \n" * 100, "https://aslo/b")

    sent = json.loads(github.asked[0].content)
    assert len(sent.pop("description")) == 140
    assert sent == {"state": "failure", "target_url": "https://aslo/b", "context": "aslo"}


@pytest.mark.case("T16")
@pytest.mark.parametrize(
    "gone", [answer(404), answer(422, {"message": f"No commit found for SHA: {COMMIT}"})]
)
def test_a_commit_that_is_gone_is_told(gone):
    github_forge, _ = forge(gone)

    with pytest.raises(NotFoundError):
        github_forge.comment(CLOCK, COMMIT, "x", "k", first_try=True)
    with pytest.raises(NotFoundError):
        github_forge.set_status(CLOCK, COMMIT, CommitState.ERROR, "x", "")


@pytest.mark.parametrize("commit", ["", "main", "../../../user", COMMIT[:7], COMMIT.upper()])
def test_what_names_no_commit_is_not_asked_for(commit):
    github_forge, github = forge(answer(201, {}))

    with pytest.raises(NotFoundError, match="no commit"):
        github_forge.comment(CLOCK, commit, "x", "k", first_try=True)
    with pytest.raises(NotFoundError, match="no commit"):
        github_forge.set_status(CLOCK, commit, CommitState.ERROR, "x", "")
    assert github.asked == []


def test_a_refusal_of_the_content_is_an_outage_not_a_missing_commit():
    github_forge, _ = forge(answer(422, {"message": "Validation Failed"}))

    with pytest.raises(ForgeError, match="422"):
        github_forge.comment(CLOCK, COMMIT, "x", "k", first_try=True)


def test_every_error_is_one_of_ours():
    """What GitHub says is quoted in one printable line of bounded length."""
    github_forge, _ = forge(answer(500, {"message": "a\x00b\n" + "x" * 10_000}))

    with pytest.raises(AsloError) as caught:
        github_forge.release(CLOCK, 1)

    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400
