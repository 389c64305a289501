"""Move a record from one store into another."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from aslo.domain.errors import StoreError
from aslo.ports import Item, Store, Unreadable
from aslo.services.restore import require_empty


@dataclass
class Tally:
    """How many items of each kind went by, and a sum over them that knows no order."""

    counts: Counter[str] = field(default_factory=Counter)
    sum: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)

    def along(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items as they come, without those that cannot be read."""
        for item in items:
            if isinstance(item, Unreadable):
                self.unreadable.append(item)
                continue
            self.counts[type(item).__name__] += 1
            digest = hashlib.sha256(repr(item).encode(errors="replace")).digest()
            self.sum = (self.sum + int.from_bytes(digest)) % 2**256
            yield item


def transfer(*, source: Store, target: Store) -> Tally:
    """Copy everything from one record into an empty other one, which tells the same era.

    BackupError if the other is not empty; StoreError if what is read back from it is not what was
    copied: somebody then still writes to one of them.
    """
    require_empty(target)
    sent, kept = Tally(), Tally()
    target.load(sent.along(source.dump()), source.era())
    for _ in kept.along(target.dump()):
        pass
    if (sent.counts, sent.sum) != (kept.counts, kept.sum):
        raise StoreError(
            f"what was copied is not what is there: {dict(sent.counts)}, {dict(kept.counts)}"
        )
    return sent
