"""What a look at an activity needs: no server, no sandbox, nothing beyond the base install."""

from pathlib import Path

from aslo.bootstrap.loading import load
from aslo.domain.archive import MAX_BUNDLE_BYTES
from aslo.domain.verdict import Verdict
from aslo.ports import ExactFiles
from aslo.services import examine


def examine_file(path: Path) -> Verdict:
    """Look at a bundle as the store would."""
    return examine.examine_file(path, clean_icon=_clean_icon)


def examine_tree(tree: Path, scratch: Path, tags: tuple[str, ...] = ()) -> Verdict:
    """Look at a tree as the store would, without running any of it; these tags are known too."""
    packer = load("aslo.adapters.loose_packing:LoosePacker")()
    return examine.examine_tree(tree, scratch, packer=packer, clean_icon=_clean_icon, tags=tags)


def _clean_icon(svg: bytes, bundle_id: str) -> bytes:
    clean = load("aslo.adapters.svg:clean_icon")
    colours = load("aslo.adapters.svg_colours:pair_for")(bundle_id)
    cleaned: bytes = clean(svg, colours)
    return cleaned


def repository_of(folder: Path) -> Path | None:
    """The top of the git work tree that a folder lies in."""
    top: Path | None = load("aslo.adapters.loose_tree:repository_of")(folder)
    return top


def exact_files() -> ExactFiles:
    """What reads and replaces single files of a tree."""
    files: ExactFiles = load("aslo.adapters.exact_files_local:LocalExactFiles")()
    return files


def fetch_bundle(address: str, to: Path) -> None:
    """Fetch a bundle from an address; AddressError if it cannot be had."""
    load("aslo.adapters.address_file:fetch_file")(address, to, MAX_BUNDLE_BYTES)


def fetch_tree(address: str, ref: str, into: Path) -> tuple[Path, tuple[str, ...]]:
    """Fetch the tree of a public repository, and the tags of its commit."""
    fetched: tuple[Path, tuple[str, ...]]
    fetched = load("aslo.adapters.address_tree:fetch_tree")(address, ref, into)
    return fetched
