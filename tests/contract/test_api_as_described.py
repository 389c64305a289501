"""Schemathesis asks the application whatever the description allows, and what it does not allow."""

from collections import Counter
from dataclasses import replace
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode
from schemathesis.generation.hypothesis.builder import (
    HypothesisTestConfig,
    HypothesisTestMode,
    create_test,
)

from aslo.adapters.catalog_sqlite import SqliteCatalog
from aslo.adapters.store_sqlite import SqliteStore
from aslo.domain.activity import RepositoryState
from aslo.web.api.description import describe
from aslo.web.api.examples import example
from aslo.web.api.served import OPERATIONS
from fakes.values import a_delivery, a_release, a_repository
from fakes.web_site import MOON, PUBLIC_URL, WebSite
from fixtures.dressed_shelf import dress

MOST = 25
"""Questions by chance to each operation, beside the examples and what is at the bounds."""
DESCRIPTION = describe(OPERATIONS, PUBLIC_URL)
ASKED = [(method.upper(), path) for path, some in DESCRIPTION["paths"].items() for method in some]
GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A site that has what the examples of the description name, and much that is odd."""
    folder = tmp_path_factory.mktemp("described")
    store, catalog = SqliteStore(folder / "aslo.db"), SqliteCatalog(folder / "catalog.db")
    site = WebSite(store, catalog=catalog, api_per_minute=0)
    dress(site)
    entry = catalog.entry(MOON)
    catalog.apply(
        catalog.revision() + 1,
        MOON,
        replace(entry, releases=(*entry.releases, a_release(version="12"))),
    )
    store.add_delivery(a_delivery(GUID, build_id="f00d"))
    named = a_repository(full_name="sugarlabs/moon-activity")
    site.forge.named[named.full_name] = RepositoryState(named, private=False)
    yield site
    catalog.close()
    store.close()


@pytest.fixture(scope="module")
def api(filled):
    made = schemathesis.openapi.from_dict(DESCRIPTION)
    made.app = filled.app  # It is asked in this process, over WSGI.
    made.config.update(base_url="http://localhost/api/v1")
    made.config.generation.update(modes=list(GenerationMode))
    return made


@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
def test_every_answer_is_as_described(api, filled, asked):
    seen = Counter()

    def ask(case):
        if case.meta.generation.mode.is_positive and "cursor" in case.query:
            # The description cannot tell a cursor of another list from one of this.
            case.query["cursor"] = ""
        whole = {"Accept-Encoding": "identity"}
        seen[case.call_and_validate(app=filled.app, headers=whole).status_code] += 1

    method, path = asked
    # Its own decorator gives all operations one name, of which pytest-xdist runs one.
    create_test(operation=api[path][method], test_func=ask, config=_bounds(api))()

    assert seen[200]
    assert sum(seen.values()) >= MOST


def _bounds(api):
    modes = [HypothesisTestMode.EXAMPLES, HypothesisTestMode.COVERAGE, HypothesisTestMode.FUZZING]
    bounds = settings(
        max_examples=MOST,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    return HypothesisTestConfig(modes=modes, project=api.config, settings=bounds)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_the_examples_of_the_description_are_answered(filled, operation):
    told = DESCRIPTION["paths"][operation.template][operation.method.lower()]
    given = {each["name"]: each for each in told["parameters"] if "$ref" not in each}
    path = operation.template.format(
        **{name: example(each["schema"], {}) for name, each in given.items()}
    )
    asked = {
        name: example(each["schema"], {}) for name, each in given.items() if each["in"] == "query"
    }
    asked.pop("cursor", None)
    body = told.get("requestBody", {"content": {"application/json": {}}})

    answer = filled.client.open(
        f"/api/v1{path}?{urlencode(asked)}",
        method=operation.method,
        json=body["content"]["application/json"].get("example"),
    )

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("query", ["sort=best", "sort=newest", "sort=name&lang=es", "q=l&lang=ar"])
def test_no_page_of_a_list_is_refused_as_it_goes_on(filled, query):
    path, seen = f"/api/v1/activities?limit=1&{query}", []
    while path:
        answer = filled.client.get(path)
        assert answer.status_code == 200, answer.text
        seen += [each["bundle_id"] for each in answer.json["items"]]
        link = answer.headers.get("Link", "").partition(">")[0]
        path = link.removeprefix(f"<{PUBLIC_URL}")

    assert len(seen) == len(set(seen)) == answer.json["total"] > 1
