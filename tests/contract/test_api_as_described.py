"""Schemathesis asks the application whatever the description allows, and what it does not allow."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode

from aslo.adapters.catalog_sqlite import SqliteCatalog
from aslo.adapters.store_sqlite import SqliteStore
from aslo.web.api import OPERATIONS
from aslo.web.api.description import describe
from aslo.web.api.examples import example
from fakes.values import a_delivery, a_release
from fakes.web_site import MOON, PUBLIC_URL, WebSite
from fixtures.dressed_shelf import dress

EXAMPLES = 25
"""Of each operation, beside the examples of the description and what is at its bounds."""
DESCRIPTION = describe(OPERATIONS, PUBLIC_URL)
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
    yield site
    catalog.close()
    store.close()


def described():
    made = schemathesis.openapi.from_dict(DESCRIPTION)
    made.config.update(base_url="http://localhost/api/v1")
    made.config.generation.update(modes=list(GenerationMode))
    return made


api = described()


@api.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case, filled):
    if case.meta.generation.mode.is_positive and "cursor" in case.query:
        # The description cannot tell a cursor of another list from one of this.
        case.query["cursor"] = ""
    case.operation.schema.app = filled.app  # It is asked in this process, over WSGI.
    case.call_and_validate(app=filled.app, headers={"Accept-Encoding": "identity"})


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
