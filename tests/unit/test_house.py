"""The house rules that no other tool checks."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "aslo"

FILE_LINES = 300
BODY_LINES = 40

LONGER: dict[str, str] = {}
"""What may pass the alarm, and why."""

IMPORTED_BY_NAME = re.compile(r"[\"'](aslo(?:\.\w+)+)(?::\w+)?[\"']")
ENTRIES = {"aslo.__main__", "aslo.client", "aslo.gunicorn_settings", "aslo.wsgi"}
RUN_ELSEWHERE = {
    "aslo.adapters.driver": "a script for the sandbox's Python, which has sugar3",
    "aslo.adapters.driver_packing": "the same",
    "aslo.adapters.driver_catalogs": "the same",
    "aslo.adapters.driver_places": "the same",
}


def tracked(*patterns: str) -> list[Path]:
    command = ("git", "-C", str(ROOT), "ls-files", "--", *patterns)
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.splitlines() if (path := ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules() -> dict[str, Path]:
    found = {}
    for path in SOURCE.rglob("*.py"):
        if not (path.parent / "__init__.py").exists():
            continue  # the code of a sample activity is data here
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return function.body[-1].end_lineno - function.body[0].lineno + 1


def imports(module: str, path: Path) -> Iterator[str]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # A relative import is refused by ruff; its package would be the start.
            source = node.module or package
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)


def test_a_file_holds_one_idea():
    lines = {name_of(path): len(path.read_text().splitlines()) for path in SOURCE.rglob("*.py")}

    too_long = {name: count for name, count in lines.items() if count > FILE_LINES}

    assert set(too_long) == set(LONGER), too_long


def test_a_function_fits_a_glance():
    too_long = [
        f"{name_of(path)}: {function.name} has {body_lines(function)} lines"
        for path in SOURCE.rglob("*.py")
        for function in functions(ast.parse(path.read_text()))
        if body_lines(function) > BODY_LINES
    ]

    assert too_long == []


def test_every_module_and_public_thing_promises_something():
    silent = []
    for module, path in modules().items():
        tree = ast.parse(path.read_text())
        things = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]
        things += [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        for thing in things:
            name = getattr(thing, "name", module)
            if not name.startswith("_") and ast.get_docstring(thing) is None:
                silent.append(f"{name_of(path)}: {name}")

    assert silent == []


def test_no_module_is_dead():
    reached = {*ENTRIES, *RUN_ELSEWHERE}
    for module, path in modules().items():
        reached |= set(imports(module, path))
        reached |= set(IMPORTED_BY_NAME.findall(path.read_text()))
    parents = {name.rpartition(".")[0] for name in modules()}

    assert set(modules()) - reached - parents == set()


def test_no_name_stands_for_nothing():
    vague = {"util", "utils", "helper", "helpers", "common", "base", "manager", "misc", "abstract"}

    assert [name for name in modules() if vague & set(name.rpartition(".")[2].split("_"))] == []


def test_importing_a_module_does_nothing():
    names = sorted(set(modules()) - {*ENTRIES, *RUN_ELSEWHERE})

    done = subprocess.run(
        (sys.executable, "-I", "-c", IMPORT_ALL, str(SOURCE.parent), *names),
        env={},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


IMPORT_ALL = """
import importlib, os, sys, threading

EFFECTS = {"os.system", "socket.bind", "socket.connect", "sqlite3.connect", "subprocess.Popen"}

def refuse(event, args):
    if event in EFFECTS:
        raise SystemExit(f"{event} {args} on import of {name}")
    if event == "open" and set(str(args[1])) & set("wax+"):
        raise SystemExit(f"{args[0]} is written on import of {name}")

class Guarded(type(os.environ)):
    def __getitem__(self, key):
        if key.startswith("ASLO_"):
            raise SystemExit(f"{key} is read on import of {name}")
        return super().__getitem__(key)

sys.dont_write_bytecode = True
os.environ.__class__ = Guarded
sys.addaudithook(refuse)
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    importlib.import_module(name)
if threading.active_count() > 1:
    raise SystemExit("an import has started a thread")
"""


def test_everything_the_program_reads_is_packed_with_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["aslo"]
    packed = {path for pattern in patterns for path in SOURCE.glob(pattern)}

    assert set(tracked("src/aslo")) - packed - set(modules().values()) == set()


# Put together here, so that this file does not find itself.
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME")))
ELSEWHERE = re.compile(
    "|".join(
        (
            r"(?<![\w.}])/wo" + "rk/",
            r"\.\./sha" + "red",
            "py" + r"pi\.org",
            "python" + r"hosted\.org",
            "npm" + r"js\.(org|com)",
            r"deb\.deb" + r"ian\.org",
        )
    )
)
WRITTEN_BY_TOOLS = ("requirements/", "LICENSE", "package-lock.json")


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line):
                found.append(f"{name_of(path)}:{number}: {line.strip()[:80]}")
    return found


def test_unfinished_work_is_an_issue_and_not_a_comment():
    found = [
        line for line in lines_with(UNFINISHED) if not any(t in line for t in WRITTEN_BY_TOOLS)
    ]

    assert found == []


def test_no_file_knows_the_machine_or_where_packages_come_from():
    assert lines_with(ELSEWHERE) == []


@pytest.mark.parametrize("name", ["base", "server", "dev"])
def test_a_lock_pins_every_file_by_hash(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    pins = re.findall(r"^([a-z][\w.-]*)==", text, re.MULTILINE)
    blocks = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]

    assert len(pins) == len(blocks)
    assert all("--hash=sha256:" in block for block in blocks)
    assert "--index-url" not in text


def test_the_locks_agree_and_hold_what_is_asked_for():
    pinned = {name: pins(name) for name in ("base", "server", "dev")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]

    assert pinned["base"].items() <= pinned["server"].items() <= pinned["dev"].items()
    assert asked(project["dependencies"]) <= set(pinned["base"])
    assert asked(extras["server"]) <= set(pinned["server"])
    assert asked(extras["dev"]) <= set(pinned["dev"])


def pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z][\w.-]*)==(\S+)", text, re.MULTILINE))


def asked(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~ ;]", each)[0].lower().replace("_", "-") for each in requirements}
