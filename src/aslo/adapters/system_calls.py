"""A filter for the kernel of what no honest build asks it, as an engine has one of its own.

Its form is that of https://docs.kernel.org/userspace-api/seccomp_filter.html; why it is needed
stands in docs/decisions/0037-a-filter-of-system-calls.md.
"""

import errno
import os
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

_KIND_AT, _NUMBER_AT, _FIRST_ARGUMENT_AT = 4, 0, 16
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_OTHER_NUMBERS = 0x4000_0000
"""From here on x86-64 has every call a second time."""

_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
"""Only these belong to a network namespace: others reach the machine itself, or below it."""


@dataclass(frozen=True, slots=True)
class _Machine:
    """What the kernel calls a machine, and the numbers of its calls."""

    kind: int
    socket: int
    refused: tuple[int, ...]
    """add_key, request_key and keyctl; ptrace, process_vm_readv and process_vm_writev; bpf,
    perf_event_open, userfaultfd, and the three of io_uring."""


_RING = (425, 426, 427)
_MACHINES = {
    "x86_64": _Machine(0xC000003E, 41, (248, 249, 250, 101, 310, 311, 321, 298, 323, *_RING)),
    "aarch64": _Machine(0xC00000B7, 198, (217, 218, 219, 117, 270, 271, 280, 241, 282, *_RING)),
}


def filter_of(machine: str) -> bytes | None:
    """The filter for a machine, as `uname -m` names it; None for one whose calls we do not know."""
    known = _MACHINES.get(machine)
    return b"".join(_lines(known)) if known else None


def opened_filter() -> int | None:
    """This machine's filter as an open file, which the caller closes; None if there is none."""
    content = filter_of(os.uname().machine)
    if content is None:
        return None
    file = os.memfd_create("filter")
    os.write(file, content)
    os.lseek(file, 0, os.SEEK_SET)
    return file


def _lines(machine: _Machine) -> Iterator[bytes]:
    yield _line(_LOAD, _KIND_AT)
    # Another kind of program on the same machine has other numbers for the same calls.
    yield _line(_IF_EQUAL, machine.kind, then=1)
    yield _refusal(errno.EPERM)
    yield _line(_LOAD, _NUMBER_AT)
    yield _line(_IF_AT_LEAST, _OTHER_NUMBERS, otherwise=1)
    yield _refusal(errno.EPERM)
    for number in machine.refused:
        yield _line(_IF_EQUAL, number, otherwise=1)
        yield _refusal(errno.EPERM)
    yield _line(_IF_EQUAL, machine.socket, then=1)
    yield _line(_RETURN, _ALLOW)
    yield _line(_LOAD, _FIRST_ARGUMENT_AT)
    for family in _FAMILIES:
        yield _line(_IF_EQUAL, family, otherwise=1)
        yield _line(_RETURN, _ALLOW)
    yield _refusal(errno.EAFNOSUPPORT)


def _refusal(error: int) -> bytes:
    return _line(_RETURN, _ERRNO | error)


def _line(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    """One instruction; `then` and `otherwise` say how many of the next are left out."""
    return struct.pack("=HBBI", code, then, otherwise, value)
