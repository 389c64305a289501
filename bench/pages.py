"""Pages: made by Gunicorn, kept by nginx, and what each of them could do at best."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bench import load, shelves, sites
from bench.catalogs import make_catalog
from bench.results import Part, middle
from bench.sites import Site
from fixtures import nginx as fronts
from fixtures.live import free_port
from fixtures.servers import Server, running

SIZE = 300
WIDTH = 32
LEAST_KEPT = 0.8
INDEX = "/en/"
DETAIL = f"/en/{shelves.bundle_id(7)}/{shelves.RELEASES}"
PLAIN = """
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
user root;
events {{ worker_connections 2048; }}
http {{
    sendfile on;
    tcp_nopush on;
    access_log {folder}/access.log;
    {temporary}
    server {{
        listen 127.0.0.1:{port};
        root {folder}/files;
    }}
}}
"""


def measure(folder: Path, *, quick: bool) -> Part:
    """One after the other, round by round, at the same pages."""
    part = Part(
        "Pages",
        f"{SIZE} activities; one thread of wrk with {WIDTH} connections. The static file has the"
        " bytes of the page, and its nginx the same number of processes.",
    )
    with sites.store(folder / "store") as site, sites.bare(folder / "bare") as flask:
        _shelve(site)
        contenders: dict[str, Callable[[], str]] = {
            "a bare Flask": lambda: f"{flask.url}/",
            "the index, by Gunicorn alone": lambda: site.url + INDEX,
            "a detail page, by Gunicorn alone": lambda: site.url + DETAIL,
        }
        if shutil.which("nginx") is None:
            _rounds(part, contenders, quick=quick)
            part.missing("behind nginx", "nginx is not installed")
            return part
        with _front(folder, site) as front, _static(folder, site) as static:
            contenders["the index, kept by nginx"] = lambda: front + INDEX
            contenders["a detail page, kept by nginx"] = lambda: front + DETAIL
            contenders["a file of the index's size, by nginx"] = lambda: f"{static}/index.html"
            contenders["a file of the detail's size, by nginx"] = lambda: f"{static}/detail.html"
            rates = _rounds(part, contenders, quick=quick)
            _compare(part, rates)
    return part


def _rounds(
    part: Part, contenders: dict[str, Callable[[], str]], *, quick: bool
) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    slowest: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(2 if quick else 5):
        for name, url in contenders.items():
            seen = load.ask(url(), 1 if quick else 3, WIDTH)
            rates[name].append(seen.rate)
            slowest[name].append(seen.p99_ms)
    for name, seen_rates in rates.items():
        note = f"99 of 100 in {middle(slowest[name]):.1f} ms"
        part.add(name, middle(seen_rates), "answers/s", note)
    return rates


def _compare(part: Part, rates: dict[str, list[float]]) -> None:
    for page, file in (
        ("the index, kept by nginx", "a file of the index's size, by nginx"),
        ("a detail page, kept by nginx", "a file of the detail's size, by nginx"),
    ):
        ratio = middle([a / b for a, b in zip(rates[page], rates[file], strict=True)])
        part.at_least(f"{page}, round by round", ratio, LEAST_KEPT, "of the file")


def _shelve(site: Site) -> None:
    shelves.fill(site.config.home / "aslo.db", SIZE)
    make_catalog(site.config.home)
    httpx.get(site.url + DETAIL).raise_for_status()


@contextmanager
def _front(folder: Path, site: Site) -> Iterator[str]:
    node = f"{site.address[0]}:{site.address[1]}"
    # One address asks for everything here, which nginx would rightly refuse.
    free = {"pages_per_second": 1_000_000, "pages_burst": 1_000_000, "connections": 10_000}
    server = fronts.nginx(folder / "front", [node], site.config, **free)
    with running(server):
        yield f"http://127.0.0.1:{server.port}"


@contextmanager
def _static(folder: Path, site: Site) -> Iterator[str]:
    home, port = folder / "static", free_port()
    (home / "files").mkdir(parents=True)
    for name, path in (("index.html", INDEX), ("detail.html", DETAIL)):
        (home / "files" / name).write_bytes(httpx.get(site.url + path).content)
    temporary = "\n".join(f"{name}_temp_path {home}/{name};" for name in fronts.TEMPORARY)
    (home / "nginx.conf").write_text(PLAIN.format(folder=home, port=port, temporary=temporary))
    command = ["nginx", "-p", str(home), "-c", str(home / "nginx.conf")]
    with running(Server(command, port, home)):
        yield f"http://127.0.0.1:{port}"
