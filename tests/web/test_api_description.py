"""The description of the API: valid, whole, and true to what is served."""

import re
import shlex

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from aslo.domain.activity import RepositoryState
from aslo.domain.errors import StoreError
from aslo.web.api.examples import example
from aslo.web.api.served import OPERATIONS
from fakes.values import a_delivery, a_repository
from fakes.web_site import PUBLIC_URL
from fixtures.dressed_shelf import dress

SEGMENT = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture
def told(site):
    return site.client.get("/api/v1/openapi.json").json


def operations(told):
    return [
        (path, method, each)
        for path, some in told["paths"].items()
        for method, each in some.items()
    ]


def test_it_is_valid_openapi(told):
    assert told["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(told).iter_errors()) == []


def test_every_route_is_described_and_every_described_one_is_served(site, told):
    served = {
        (SEGMENT.sub(r"{\1}", rule.rule.removeprefix("/api/v1")), method.lower())
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert served == {(path, method) for path, method, _ in operations(told)}
    assert told["servers"] == [{"url": f"{PUBLIC_URL}/api/v1"}]


def test_every_operation_tells_of_its_errors_in_the_one_shape(told):
    for path, method, each in operations(told):
        wanted = {"500"}
        if path != "/openapi.json":
            wanted |= {"429", "503"}
        wanted |= {"404"} if "{" in path else set()
        wanted |= {"413", "415"} if method == "post" else {"304"}
        shapes = {
            status: answer["content"]["application/json"]["schema"]
            for status, answer in each["responses"].items()
            if status >= "400"
        }

        assert wanted <= set(each["responses"]), path
        assert all(each == {"$ref": "#/components/schemas/Error"} for each in shapes.values())
        assert each["tags"][0] in {tag["name"] for tag in told["tags"]}
        assert each["summary"]
        assert ("400" in shapes) == (path != "/openapi.json")


def test_names_of_operations_are_theirs_alone(told):
    names = [each["operationId"] for _, _, each in operations(told)]

    assert len(names) == len(set(names))


def test_everything_that_is_asked_is_explained_or_plain(told):
    for path, _, each in operations(told):
        for parameter in each["parameters"]:
            if parameter.get("in") == "query":
                schema = parameter["schema"]

                assert {"description"} & parameter.keys() or "examples" in schema, (path, parameter)
                assert "anyOf" not in schema
                assert {"maxLength", "pattern", "maximum", "enum"} & schema.keys(), parameter


def test_every_list_that_goes_on_tells_of_its_link(told):
    by_path = {path: each for path, method, each in operations(told) if method == "get"}

    for path in ("/activities", "/developers", "/changes", "/builds"):
        assert "Link" in by_path[path]["responses"]["200"]["headers"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_every_example_is_as_its_schema_says(told, operation):
    shapes = told["components"]["schemas"]
    each = told["paths"][operation.template][operation.method.lower()]
    content = [each["responses"]["200"]["content"], each.get("requestBody", {}).get("content")]
    for found in filter(None, content):
        schema = {**found["application/json"]["schema"], "components": told["components"]}
        jsonschema.validate(
            found["application/json"]["example"],
            schema,
            format_checker=jsonschema.FormatChecker(),
        )
    for parameter in each["parameters"]:
        if "schema" in parameter:
            jsonschema.validate(example(parameter["schema"], shapes), parameter["schema"])


def test_no_two_shapes_have_one_name():
    kinds = {}
    for each in OPERATIONS:
        for kind in filter(None, (each.gives, each.takes)):
            assert kinds.setdefault(kind.__name__, kind) is kind


def test_the_page_tells_of_every_operation_and_shape(site, read, told):
    page = read(site.client.get("/api"))
    shown = {" ".join(each.text_content().split()) for each in page.xpath("//h3")}

    for path, method, _ in operations(told):
        if path != "/openapi.json":
            assert f"{method.upper()} {path}" in shown
    assert set(told["components"]["schemas"]) <= shown
    assert page.xpath("//main//a[@href='/api/v1/openapi.json']")
    for link in page.xpath("//main//a/@href[starts-with(., '#')]"):
        assert page.xpath(f"//*[@id='{link[1:]}']"), link


def test_each_operation_of_the_page_has_what_is_asked_and_answered_and_a_command(site, read, told):
    page = read(site.client.get("/es/api"))

    for path, method, each in operations(told):
        if path == "/openapi.json":
            continue
        (card,) = page.xpath(f"//article[@aria-labelledby='{each['operationId']}']")
        names = set(card.xpath(".//th//code/text()"))
        command = card.xpath("string(.//pre)")
        assert {p["name"] for p in each["parameters"] if "$ref" not in p} <= names
        assert command.startswith("curl ")
        assert f"{PUBLIC_URL}/api/v1" in command
        assert ("-d" in command) == (method == "post")


def test_what_is_english_on_the_page_says_so(site, read):
    page = read(site.client.get("/ar/api"))

    assert page.get("dir") == "rtl"
    assert page.xpath("//main//table[@dir='ltr']")
    words = page.xpath("//main//bdi[not(ancestor-or-self::*[@lang='en'])]/text()")
    assert set(words) <= {"OpenAPI 3.1"}


def test_each_page_leads_to_the_page_for_programs(site, read):
    page = read(site.client.get("/es/"))

    assert "/es/api" in page.xpath("//footer//a/@href")


def test_each_command_of_the_page_is_answered_by_this_store(site, read):
    dress(site)
    repository = a_repository()
    site.forge.named[repository.full_name] = RepositoryState(repository, private=False)
    site.store.add_delivery(a_delivery("11111111-2222-4333-8444-555555555555", build_id="b1"))
    commands = [
        each.split("\n")[0] for each in read(site.client.get("/api")).xpath("//pre//text()")
    ]

    for command in commands:
        answer = answered(site.client, command)
        assert answer.status_code == 200, (command, answer.text)


def test_the_page_is_there_while_record_and_shelf_have_nothing_to_show(site, read):
    assert read(site.client.get("/api")).xpath("//pre")
    dress(site)
    site.store.build = broken
    assert read(site.client.get("/api")).xpath("//pre")


def broken(_build_id):
    raise StoreError("away")


def answered(client, command):
    """What the application says to a command of curl."""
    words = shlex.split(command)
    path = words[-1].removeprefix(PUBLIC_URL)
    if "-d" not in words:
        return client.get(path)
    return client.post(path, data=words[words.index("-d") + 1], content_type="application/json")
