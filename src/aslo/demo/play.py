"""What a demo does: publish the samples, watch their builds, check what a learner gets."""

from collections.abc import Callable
from typing import Any

from aslo.demo.forge_client import ForgeClient
from aslo.demo.place import DemoError, Place
from aslo.demo.publishing import Cut, bring_out, cut, name_of
from aslo.demo.samples import Sample, samples
from aslo.demo.samples import next_release as following
from aslo.demo.watching import SiteClient

Say = Callable[[str], object]


def everything(place: Place, say: Say) -> list[str]:
    """Publish every sample and check what became of it; what is not as it should be."""
    forge, site = ForgeClient(place.forge_url), SiteClient(place.site_url)
    *good, broken = samples()
    say("Publishing at the forge, as developers do:")
    cuts = [(sample, each) for sample in (*good, broken) for each in bring_out(sample, forge)]
    faults = []
    for sample, each in cuts:
        expected = "failed" if sample is broken else "published"
        faults += _check(each, expected, forge, site, say)
    return faults


def next_release(place: Place, repository: str | None, say: Say) -> list[str]:
    """Cut the next release of a sample and show its build live."""
    forge, site = ForgeClient(place.forge_url), SiteClient(place.site_url)
    sample = _named(repository)
    release = following(sample, site.latest_version(sample.bundle_id))
    say(f"Releasing {name_of(sample)} {release.tag}")
    made = cut(sample, release, forge)
    build_id = site.build_of(made, forge)
    say(f"{place.site_url}/builds/{build_id}")
    for line in site.live(build_id):
        say(f"  {line}")
    return _check(made, "published", forge, site, say)


def _named(repository: str | None) -> Sample:
    *known, _broken = samples()
    for sample in known:
        if repository in (None, sample.repository, sample.bundle_id):
            return sample
    names = ", ".join(sample.repository for sample in known)
    raise DemoError(f"there is no sample {repository!r}; there are {names}")


def _check(cut: Cut, expected: str, forge: ForgeClient, site: SiteClient, say: Say) -> list[str]:
    """Wait for the end of a build, say what came of it, and compare it with what should."""
    build = site.end_of(site.build_of(cut, forge))
    say(_line(cut, build, site.url))
    if expected == "failed":
        say("      It was to fail: this sample has three mistakes, each told with its place.")
    if build["state"] != expected:
        return [f"{cut.full_name} {cut.tag} is {build['state']}: {build['outcome']}"]
    site.wait_for_answers(cut, forge)
    if expected == "published":
        site.check_download(build)
    return []


def _line(cut: Cut, build: dict[str, Any], url: str) -> str:
    if cut.before:
        return f"  already {build['state']}  {cut.full_name} {cut.tag}"
    if build["state"] == "published":
        return f"  published  {url}/{build['bundle_id']}/{build['version']}"
    problems = [
        f"\n      {p['place']}: {p['message']}\n        {p['remedy']}" for p in build["problems"]
    ]
    return f"  {build['state']:9}  {cut.full_name} {cut.tag}  {build['url']}{''.join(problems)}"
