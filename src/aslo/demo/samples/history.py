"""Joins a recipe and what is told about each version to a sample."""

from collections.abc import Iterable
from dataclasses import dataclass

from aslo.demo.samples.recipe import Recipe
from aslo.demo.samples.sample import Sample, Tree, cut


@dataclass(frozen=True, slots=True)
class News:
    """What is told about one version."""

    version: str
    notes: str
    pre: bool = False
    asset: bool = False


def sample_of(
    recipe: Recipe,
    owner: str,
    contributors: Iterable[str],
    news: Iterable[News],
    tree: Tree | None = None,
) -> Sample:
    """The sample whose source tree follows a recipe, or `tree` where versions differ in kind."""
    drawn = tree or recipe.tree
    releases = (
        cut(drawn, each.version, f"{each.notes}\n", pre=each.pre, asset=each.asset) for each in news
    )
    return Sample(
        owner=owner,
        repository=recipe.sample,
        bundle_id=recipe.bundle_id,
        contributors=tuple(contributors),
        releases=tuple(releases),
        tree=drawn,
    )
