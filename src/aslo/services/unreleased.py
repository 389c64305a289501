"""See which translations wait in a repository for a release."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from aslo.domain.activity import Activity, Unreleased, latest
from aslo.domain.discrepancy import Discrepancy
from aslo.domain.errors import ForgeError, ForgeLimitError, MalformedDocumentError, NotFoundError
from aslo.domain.locale import canonical_lang
from aslo.ports import Clock, Forge, Store
from aslo.services.keeping import save_activity

A_TURN = 20
"""Activities, one question for each: two hundred and forty an hour of GitHub's five thousand."""
FAILURES = 3
"""After so many in a row the forge is most likely away."""
PSEUDO = "pseudo"
MOST_LANGUAGES = 300

Tell = Callable[[Discrepancy], None]


def look(place: str, most: int, *, store: Store, forge: Forge, clock: Clock, tell: Tell) -> str:
    """Ask the forge about so many activities, each of them once a day at most; where to go on."""
    day, left = _round(place, clock().date().isoformat(), store.bundle_ids())
    failed = 0
    for bundle_id in left[:most]:
        try:
            _look_at(bundle_id, store, forge)
        except ForgeLimitError as error:
            tell(Discrepancy(f"{bundle_id} was not asked about: {error}"))
            return place
        except (ForgeError, MalformedDocumentError) as error:
            failed += 1
            tell(Discrepancy(f"{bundle_id} could not be asked about: {error}"))
            if failed == FAILURES:
                return place
        else:
            failed = 0
        place = f"{day} {bundle_id}"
    return place


def _round(place: str, today: str, known: list[str]) -> tuple[str, list[str]]:
    """The day on which the present round began, and who is left in it: a new one begins when the
    one before has ended, and not on the same day."""
    day, _, last = place.partition(" ")
    left = [each for each in known if each > last]
    begins = not day or (not left and day != today)
    return (today, known) if begins else (day, left)


def _look_at(bundle_id: str, store: Store, forge: Forge) -> None:
    activity = store.activity(bundle_id)
    if activity is None:
        return
    found = _waiting(activity, store, forge)
    if found == activity.unreleased:
        return
    save_activity(activity, lambda known: replace(known, unreleased=found), store)
    store.announce(bundle_id)


def _waiting(activity: Activity, store: Store, forge: Forge) -> Unreleased:
    """What waits behind the latest release; nothing where the forge knows no such commit."""
    release = latest(store.releases(activity.bundle_id))
    if release is None or not release.commit or activity.repository.is_declared:
        return Unreleased()
    try:
        changed = forge.changed_since(activity.repository, release.commit)
    except NotFoundError:
        return Unreleased()
    languages = _languages(changed)
    return Unreleased(release.commit, languages) if languages else Unreleased()


def _languages(paths: Iterable[str]) -> tuple[str, ...]:
    """The languages whose file is among those of a repository."""
    names = (PurePosixPath(path) for path in paths)
    files = (name for name in names if name.suffix == ".po" and str(name.parent) == "po")
    found = {canonical_lang(name.stem) for name in files if name.stem != PSEUDO}
    return tuple(sorted(lang for lang in found if lang))[:MOST_LANGUAGES]
