"""Requests that nobody sends by accident: nothing breaks, nothing of ours gets out."""

import hashlib

import pytest

from aslo.adapters.files_local import LocalFiles
from aslo.services import report
from fakes.values import a_release
from fakes.web_site import MOON, WebSite, bundle_bytes

RELEASE = a_release()
UP = ["..", "%2e%2e", "%2E.", "..%2f", "%2e%2e%2f", "..%5c", "..;", "....//", "%252e%252e", "..%00"]
ROOTS = ["", "/en", "/download", f"/download/{MOON}", f"/download/{MOON}/1", "/icon", "/picture"]
ROOTS += ["/static", "/badge", "/qr", "/builds", "/sitemaps"]
VERSIONS = ["abc", "nan", "NaN", "inf", "-1", "1e3", "1_0", "%00", "9" * 4_000, "1.0.", "\u0661"]
LANGUAGES = ["$where", "a__b", "en$", "en.US", "%24gt", "{}", "en;q=1", "x" * 8_000]
PAGES = ["-1", "0", "1000000000000000000", "nan", "%00", "[]", "1e9", "x" * 8_000]


@pytest.fixture
def site(tmp_path):
    """A site whose files lie in a folder beside a secret."""
    (tmp_path / "outside.txt").write_text("canary")
    made = WebSite(files=LocalFiles(tmp_path / "files"))
    made.shelve(RELEASE)
    return made


@pytest.mark.case("D50", "T42")
@pytest.mark.parametrize("up", UP)
@pytest.mark.parametrize("root", ROOTS)
def test_no_way_leads_out_of_the_store(site, root, up):
    for times in (1, 8):
        for end in ("outside.txt", "etc/passwd"):
            answer = site.client.get(f"{root}/{(up + '/') * times}{end}", buffered=True)
            assert answer.status_code in {301, 302, 308, 404}
            assert "evil" not in answer.headers.get("Location", "")
            assert b"canary" not in answer.data
            assert b"root:" not in answer.data


@pytest.mark.case("D51", "T42")
@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version[:8])
def test_what_is_no_version_is_not_found(site, version):
    for path in (f"/{MOON}/{version}", f"/download/{MOON}/{version}/Moon-1.xo"):
        assert site.client.get(path).status_code == 404


@pytest.mark.case("D52", "T42")
@pytest.mark.parametrize("lang", LANGUAGES, ids=lambda lang: lang[:8])
def test_what_is_no_language_asks_the_catalog_nothing(site, lang):
    assert site.client.get(f"/{lang}/").status_code == 404
    assert site.client.get(f"/{lang}/{MOON}/1").status_code == 404
    assert site.client.get(f"/search?q=moon&language={lang}").status_code in {200, 404}
    assert site.client.get("/", headers={"Accept-Language": lang[:99]}).status_code == 200


@pytest.mark.case("T42")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page[:8])
@pytest.mark.parametrize("path", ["/", "/search", "/developers", "/builds", f"/{MOON}/releases"])
def test_a_place_in_a_list_that_is_none_breaks_nothing(site, path, page):
    for name in ("page", "after", "before", "sort"):
        assert site.client.get(f"{path}?{name}={page}").status_code in {200, 404}


@pytest.mark.case("D53", "T42")
@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "Forwarded", "X-Original-URL"])
def test_no_header_of_a_request_changes_a_page(site, name):
    plain = site.client.get(f"/{MOON}/1")

    odd = site.client.get(f"/{MOON}/1", headers={name: "evil.example"})

    assert (odd.data, odd.headers["ETag"]) == (plain.data, plain.headers["ETag"])


@pytest.mark.case("T42")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_download_is_what_is_on_record(site, method):
    answer = site.client.open(report.download_path(RELEASE), method=method, buffered=True)

    assert answer.headers["ETag"] == f'"{hashlib.sha256(bundle_bytes(RELEASE)).hexdigest()}"'
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data == (bundle_bytes(RELEASE) if method == "GET" else b"")


@pytest.mark.case("T42")
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "X"])
@pytest.mark.parametrize("path", ["/", f"/{MOON}/1", report.download_path(RELEASE), "/nothing"])
def test_nobody_writes_by_a_page(site, path, method):
    assert site.client.open(path, method=method).status_code in {404, 405}
