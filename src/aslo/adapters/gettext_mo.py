"""Write compiled message catalogs byte for byte as GNU msgfmt does.

polib writes catalogs too, but sorts the header and leaves the hash table out; then one tree would
give two contents, depending on which builder packed it.
https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html
"""

import struct
from collections.abc import Iterator, Mapping, Sequence

_MAGIC = 0x950412DE
_HEADER_BYTES = 7 * 4


def compile_catalog(messages: Mapping[bytes, bytes]) -> bytes:
    """The `.mo` file of messages, keyed by `[context EOT] msgid [NUL msgid_plural]`."""
    keys = sorted(messages, key=_spoken)
    table = _hash_table([_spoken(key) for key in keys])
    index_bytes = 8 * len(keys)
    table_at = _HEADER_BYTES + 2 * index_bytes
    keys_at = table_at + 4 * len(table)
    texts = [messages[key] for key in keys]
    texts_at = keys_at + sum(len(key) + 1 for key in keys)
    header = (
        _MAGIC,
        0,
        len(keys),
        _HEADER_BYTES,
        _HEADER_BYTES + index_bytes,
        len(table),
        table_at,
    )
    numbers = [*header, *_index(keys, keys_at), *_index(texts, texts_at), *table]
    strings = b"".join(string + b"\0" for string in [*keys, *texts])
    return struct.pack(f"<{len(numbers)}I", *numbers) + strings


def _spoken(key: bytes) -> bytes:
    """What a program asks for: the plural form of the msgid is no part of it."""
    return key.partition(b"\0")[0]


def _index(strings: Sequence[bytes], offset: int) -> Iterator[int]:
    for string in strings:
        yield from (len(string), offset)
        offset += len(string) + 1


def _hash_table(keys: Sequence[bytes]) -> list[int]:
    """Positions of the keys, counted from 1, by open addressing with double hashing."""
    # GNU's search for a prime never finds 3; only a table for one key has that size.
    size = 3 if len(keys) == 1 else _prime_from(max(5, len(keys) * 4 // 3))
    table = [0] * size
    for number, key in enumerate(keys, start=1):
        value = _hash(key)
        place, step = value % size, 1 + value % (size - 2)
        while table[place]:
            place = (place + step) % size
        table[place] = number
    return table


def _prime_from(number: int) -> int:
    candidate = number | 1
    while any(candidate % divisor == 0 for divisor in range(3, int(candidate**0.5) + 1, 2)):
        candidate += 2
    return candidate


def _hash(key: bytes) -> int:
    """P. J. Weinberger's hash, in 32 bits."""
    value = 0
    for byte in key:
        value = (value << 4) + byte
        top = value & 0xF0000000
        value ^= top >> 24 ^ top
    return value
