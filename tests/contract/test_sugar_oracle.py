"""Sugar's own client judges odd bundles beside us: what it refuses, we must refuse.

What we refuse beyond that stands in BEYOND_SUGAR, each with its reason.
"""

import json
import os
import subprocess

import pytest

from aslo.domain.errors import BadBundleError
from aslo.services.check import check_bundle
from fixtures.bundles import (
    ICON,
    INFO_PATH,
    TOP,
    Raw,
    bundle,
    honest_entries,
    info,
    packed,
    raw_zip,
)

pytestmark = pytest.mark.needs("sugar")

_CLIENT = """
import json, logging, os, sys
from sugar3.bundle.activitybundle import ActivityBundle
logging.disable(logging.CRITICAL)
verdicts = {}
for name in os.listdir(sys.argv[1]):
    try:
        ActivityBundle(os.path.join(sys.argv[1], name))
        verdicts[name] = ""
    except Exception as error:
        verdicts[name] = repr(error) or "refused"
print(json.dumps(verdicts))
"""


def linfo(text: str | bytes) -> bytes:
    return bundle(files={"locale/de/activity.linfo": text})


def with_entry(*entries: Raw) -> bytes:
    return raw_zip([*honest_entries(), *entries])


BOTH_ACCEPT = {
    "a plain bundle": bundle(),
    "service_name": bundle(info(bundle_id=None, service_name="org.example.Old")),
    "class": bundle(info(exec=None, **{"class": "paint.Paint"})),
    "licence": bundle(info(license=None, licence="MIT")),
    "no license": bundle(info(license=None)),
    "no icon": bundle(info(icon=None)),
    "no summary": bundle(info(summary=None)),
    "CRLF": bundle(info().replace(b"\n", b"\r\n")),
    "tabs": bundle(info().replace(b" = ", b"\t=\t")),
    "no blanks": bundle(info().replace(b" = ", b"=")),
    "colons": bundle(info().replace(b" = ", b": ")),
    "no final newline": bundle(info().rstrip()),
    "several lines": bundle(info(description="<p>\n  one</p>\n  <p>two</p>")),
    "a doubled percent": bundle(info(summary="100%% fun")),
    "interpolation": bundle(b"[DEFAULT]\nv = 7\n" + info(activity_version="%(v)s")),
    "further sections": bundle(info() + b"[Build]\nname = 5%\n"),
    "a bare percent nobody reads": bundle(info(host_version="100%")),
    "a bare percent in the license": bundle(info(license="100% free")),
    "quotes": bundle(info(name='"Paint"')),
    "an accent": bundle(info(name="Ecol\u00f3gica")),
    "a dotted version": bundle(info(activity_version="1.10")),
    "a suffix": bundle(info(activity_version="33~dfsg")),
    "version zero": bundle(info(activity_version="0")),
    "a negative number of participants": bundle(info(max_participants="-1")),
    "an icon with extension": bundle(info(icon="paint.svg")),
    "names that are not ASCII": bundle(files={"canci\u00f3n.ogg": b"x"}),
    "a translation": linfo("[Activity]\nname = Malen\n"),
    "a translation that is no settings file": linfo("Malen\nBunt\n"),
    "a translation with a byte order mark": linfo(b"\xef\xbb\xbf[Activity]\nname = Malen\n"),
    "a translation without its section": linfo("name = Malen\n"),
    "another language's damage": bundle(files={"locale/fr/activity.linfo": "[A]\nwhat\n"}),
}

BOTH_REFUSE = {
    "no zip": b"not a zip at all",
    "an empty zip": raw_zip([]),
    "a cut zip": bundle()[:-40],
    "no activity.info": packed({"paint.py": ""}),
    "a name that only begins like it": packed({"activity/activity.info.bak": info()}),
    "no top folder": packed({"activity/activity.info": info()}, top=""),
    "a top folder of another kind": packed({"activity/activity.info": info()}, top="Paint"),
    "a hidden top folder": packed({"activity/activity.info": info()}, top=".Paint.activity"),
    "two top folders": with_entry(Raw("Other.activity/a")),
    "a file beside the folder": with_entry(Raw("README")),
    "a byte order mark": bundle(b"\xef\xbb\xbf" + info()),
    "latin-1": bundle(info(summary="caf\u00e9").decode().encode("latin-1")),
    "a key twice": bundle(info() + b"name = Again\n"),
    "a section twice": bundle(info() + b"[Activity]\n"),
    "a bare percent": bundle(info(summary="100% fun")),
    "a bare percent in tags": bundle(info(tags="%")),
    "a missing reference": bundle(info(summary="%(nothing)s")),
    "an endless reference": bundle(info(summary="%(summary)s")),
    "a small section": bundle(info().replace(b"[Activity]", b"[activity]")),
    "another section": bundle(info().replace(b"[Activity]", b"[Paint]")),
    "no section": bundle(info().replace(b"[Activity]\n", b"")),
    "an empty file": bundle(b""),
    "a stray line": bundle(info() + b"stray\n"),
    "no bundle_id": bundle(info(bundle_id=None)),
    "a blank in bundle_id": bundle(info(bundle_id="org.example Paint")),
    "no name": bundle(info(name=None)),
    "no exec": bundle(info(exec=None)),
    "a leading zero": bundle(info(activity_version="01")),
    "a leading zero inside": bundle(info(activity_version="1.02")),
    "a v": bundle(info(activity_version="v1")),
    "an empty version": bundle(info(activity_version="")),
    "a version in quotes": bundle(info(activity_version='"1"')),
    "participants in words": bundle(info(max_participants="four")),
    "an encrypted activity.info": raw_zip([Raw(INFO_PATH, info(), flags=1)]),
    "a method nobody knows": raw_zip([Raw(INFO_PATH, info(), method=99)]),
    "a version of the zip format to come": with_entry(Raw(f"{TOP}/a", central={"version": 64})),
    "a damaged extra field": with_entry(Raw(f"{TOP}/a", central={"extra": b"ab\xff\xff"})),
    "a wrong checksum": raw_zip(
        [Raw(INFO_PATH, info(), local={"crc": 9}, central={"crc": 9}), honest_entries()[1]]
    ),
    "a bare percent in a translation": linfo("[Activity]\nname = 100 % Malen\n"),
    "a key twice in a translation": linfo("[Activity]\nname = a\nname = b\n"),
    "a translation in latin-1": linfo("[Activity]\nname = M\u00e4len\n".encode("latin-1")),
}

BEYOND_SUGAR = {
    "no version": (
        bundle(info(activity_version=None)),
        "Sugar then takes 0, and every release would be the same",
    ),
    "an empty name": (bundle(info(name="")), "a list cannot show it"),
    "a name of 101 characters": (bundle(info(name="x" * 101)), "a list cannot show it"),
    "an empty exec": (bundle(info(exec="")), "it installs and never starts"),
    "an empty bundle_id": (bundle(info(bundle_id="")), "the id is the activity's address"),
    "an id that climbs": (bundle(info(bundle_id="../x")), "the id becomes a folder and an address"),
    "an absolute id": (bundle(info(bundle_id="/abs")), "the id becomes a folder and an address"),
    "an id with &": (bundle(info(bundle_id="a.b&c")), "Sugar pastes it unescaped into an address"),
    "an id with #": (bundle(info(bundle_id="a.b#c")), "Sugar pastes it unescaped into an address"),
    "an id of one word": (
        bundle(info(bundle_id="Paint")),
        "it could be a language or our own page",
    ),
    "an id of 300 characters": (
        bundle(info(bundle_id="a." + "b" * 300)),
        "no file system takes it",
    ),
    "an id of ours": (bundle(info(bundle_id="robots.txt")), "it is an address of the site"),
    "a version in other digits": (
        bundle(info(activity_version="\u0663")),
        "updaters and addresses take ASCII digits",
    ),
    "a version of 200 digits": (bundle(info(activity_version="9" * 200)), "no file name holds it"),
    "participants with an underscore": (
        bundle(info(max_participants="1_0")),
        "only Python reads that as a number",
    ),
    "a NUL in the summary": (bundle(info(summary="a\0b")), "neither XML nor HTML can hold it"),
    "an icon that is not there": (
        bundle(info(icon="other")),
        "the key promises what the bundle lacks",
    ),
    "a gap of blanks": (
        bundle(info(summary="a" + " " * 200 + "b")),
        "long gaps make ConfigParser quadratic",
    ),
    "mimetype before the folder": (
        raw_zip([Raw("mimetype", method=0), *honest_entries()]),
        "everything lies in one folder; only old content bundles had it",
    ),
    "a folder that begins like the top one": (
        with_entry(Raw(f"{TOP}X/a")),
        "Sugar compares only beginnings; unzip makes a second folder",
    ),
    "a symbolic link": (
        with_entry(Raw(f"{TOP}/a", b"/etc/passwd", mode=0o120777)),
        "unzip would make it",
    ),
    "a name that climbs": (with_entry(Raw(f"{TOP}/../../a")), "it writes outside its folder"),
    "a backslash": (with_entry(Raw(f"{TOP}/a\\b")), "some systems take it for a slash"),
    "a control character in a name": (with_entry(Raw(f"{TOP}/a\x1bb")), "it plays with terminals"),
    "one name with two contents": (
        with_entry(Raw(f"{TOP}/a", b"1"), Raw(f"{TOP}/a", b"2")),
        "what is installed would depend on the reader",
    ),
    "names that differ in case": (
        with_entry(Raw(f"{TOP}/a"), Raw(f"{TOP}/A")),
        "a USB stick keeps only one of them",
    ),
    "an encrypted entry": (with_entry(Raw(f"{TOP}/a", flags=1)), "unzip would ask for a password"),
    "an unknown method elsewhere": (
        with_entry(Raw(f"{TOP}/a", method=99)),
        "unzip would leave it out",
    ),
    "data before the zip": (
        b"#!/bin/sh\n" + raw_zip(honest_entries()),
        "a bundle that is a program too",
    ),
    "data after the zip's entries": (
        raw_zip(honest_entries(), gap=b"hidden"),
        "bytes that no directory lists",
    ),
    "a damaged entry": (
        with_entry(Raw(f"{TOP}/a", local={"crc": 9}, central={"crc": 9})),
        "unzip fails on it",
    ),
    "an icon over 1 MiB": (
        packed({"activity/activity.info": info(), "activity/paint.svg": ICON * 30_000}),
        "every list would load it",
    ),
}

CASES = BOTH_ACCEPT | BOTH_REFUSE | {name: case[0] for name, case in BEYOND_SUGAR.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("odd")
    for name, data in CASES.items():
        (made / f"{name.replace('/', ' ')}.xo").write_bytes(data)
    return made


@pytest.fixture(scope="module")
def sugar(folder):
    """Why Sugar's client refuses each bundle, in German; empty where it does not."""
    environment = {"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C.UTF-8", "LANGUAGE": "de"}
    done = subprocess.run(
        ["/usr/bin/python3", "-c", _CLIENT, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def refusal(folder, name: str) -> str:
    """Our errors, joined; empty where we accept."""
    try:
        check_bundle(folder / f"{name}.xo")
    except BadBundleError as error:
        return "; ".join(map(str, error.problems))
    return ""


def test_the_table_is_large_enough():
    assert len(CASES) == len(BOTH_ACCEPT) + len(BOTH_REFUSE) + len(BEYOND_SUGAR) >= 100


@pytest.mark.case("T26")
@pytest.mark.parametrize("name", CASES)
def test_what_sugar_refuses_we_refuse(name, folder, sugar):
    assert refusal(folder, name) or not sugar[f"{name}.xo"], sugar[f"{name}.xo"]


@pytest.mark.parametrize("name", BOTH_ACCEPT)
def test_what_is_merely_odd_is_accepted_by_both(name, folder, sugar):
    assert (refusal(folder, name), sugar[f"{name}.xo"]) == ("", "")


@pytest.mark.parametrize("name", BOTH_REFUSE)
def test_what_is_wrong_is_refused_by_both(name, folder, sugar):
    assert refusal(folder, name)
    assert sugar[f"{name}.xo"]


@pytest.mark.parametrize("name", BEYOND_SUGAR)
def test_beyond_sugar_we_refuse_only_what_is_listed(name, folder, sugar):
    assert refusal(folder, name)
    assert not sugar[f"{name}.xo"]
