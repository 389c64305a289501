"""No damage to a bundle, or to a file in it, may end in anything but a verdict."""

import io
import random

from aslo.domain.archive import open_archive
from aslo.domain.bundle import read_bundle
from aslo.domain.errors import BadBundleError
from aslo.domain.info import read_info
from aslo.domain.message_file import MessageFile
from fixtures.bundles import bundle, info, message_file

LINFO = "[Activity]\nname = Malen\nsummary = Bunt\n"
CATALOG = message_file({"Paint": "Malen", "Draw with friends": "Zeichne"})
BUNDLE = bundle(
    files={
        "locale/de/activity.linfo": LINFO,
        "locale/de/LC_MESSAGES/org.example.Paint.mo": CATALOG,
    }
)


def mutations(data: bytes, count: int):
    """Copies with bytes changed, cut out, doubled, or swapped for numbers at the limits."""
    chance = random.Random(2010)
    for _ in range(count):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(changed))
            length = chance.choice((1, 1, 2, 4, 30))
            replacement = chance.choice(
                (
                    bytes([chance.randrange(256)]),
                    b"\xff" * length,
                    bytes(length),
                    b"",
                    bytes(changed[at : at + length]) * 2,
                    b"PK\x05\x06",
                    b"%(name)s",
                )
            )
            changed[at : at + length] = replacement
        yield bytes(changed)


def verdict(data: bytes) -> bool:
    try:
        read_bundle(open_archive(io.BytesIO(data)))
    except BadBundleError:
        return False
    return True


def test_mutated_archives_always_get_a_verdict():
    verdicts = [verdict(data) for data in mutations(BUNDLE, 800)]

    assert verdict(BUNDLE)
    assert verdicts.count(False) > 700


def test_mutated_infos_always_get_a_verdict():
    for data in mutations(info(description="%(name)s\n  on two lines"), 300):
        read_info(data)


def test_bundles_with_mutated_members_always_get_a_verdict():
    files = zip(mutations(info(), 100), mutations(LINFO.encode(), 100), strict=True)
    for info_file, linfo in files:
        verdict(bundle(info_file, {"locale/de/activity.linfo": linfo}))


def test_mutated_message_files_give_a_text_or_nothing():
    for data in mutations(CATALOG, 800):
        try:
            text = MessageFile(data).get("Paint")
        except ValueError:
            continue
        assert text is None or isinstance(text, str)
