"""Get what a release is made from: the attached bundle, or the tree at its tag."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aslo.domain.build import Build, SourceKind
from aslo.domain.delivery import Asset
from aslo.domain.errors import AsloError, BadAssetError, StaleClaimError
from aslo.services.attempt import Attempt
from aslo.services.workbench import Workbench

UPLOADED = "uploaded"
ASSET_PAUSE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Got:
    """What was fetched; an asset release may have a bundle and no tree."""

    tree: Path | None
    bundle: Path | None = None


def choose_asset(assets: Sequence[Asset]) -> Asset | None:
    """The attached bundle, by the end of its name; BadAssetError if there are several."""
    bundles = [asset for asset in assets if asset.is_bundle]
    if len(bundles) > 1:
        names = ", ".join(sorted(asset.name for asset in bundles))
        raise BadAssetError(f"the release has {len(bundles)} bundles attached: {names[:200]}")
    return next(iter(bundles), None)


def missing_upload(asset: Asset | None, build: Build, *, now: datetime, patience: timedelta) -> str:
    """The name of an asset that is still on its way, or nothing; BadAssetError when that has
    taken too long."""
    if asset is None or (asset.state == UPLOADED and asset.size_bytes > 0):
        return ""
    if now - (build.waits_since or now) < patience:
        return asset.name
    raise BadAssetError(
        f"{asset.name} is not a finished upload: state {asset.state}, {asset.size_bytes} bytes"
    )


def fetch(attempt: Attempt[Build], asset: Asset | None, folder: Path, *, bench: Workbench) -> Got:
    """Fetch the asset if there is one, and the tree."""
    if asset is None:
        return Got(_tree(attempt, folder, bench))
    attempt.note(source=SourceKind.ASSET)
    bundle = _asset(attempt, asset, folder, bench)
    try:
        return Got(_tree(attempt, folder, bench), bundle)
    except StaleClaimError:
        raise
    except AsloError as error:
        # The tree only gives the screenshots here, and they are not worth a release.
        attempt.log(f"warning: no screenshots, because the tree cannot be fetched: {error}")
        return Got(None, bundle)


def _tree(attempt: Attempt[Build], folder: Path, bench: Workbench) -> Path:
    build = attempt.build
    into = folder / "tree"
    into.mkdir()
    return bench.source().fetch(
        build.repository, build.release.tag, build.commit or "", into, attempt.log
    )


def _asset(attempt: Attempt[Build], asset: Asset, folder: Path, bench: Workbench) -> Path:
    # Our own name: the asset's may hold anything.
    bundle = folder / "asset.xo"
    attempt.log(f"fetching the attached bundle {asset.name}")
    sha256 = bench.forge.download_asset(asset, bundle, bench.rules.asset_limit_bytes)
    if asset.digest not in (None, f"sha256:{sha256}"):
        raise BadAssetError(
            f"{asset.name} has sha256:{sha256}, but the forge announced {asset.digest}"
        )
    return bundle
