"""What the filter of system calls answers, as the kernel reads it."""

import errno
import socket
import struct

import pytest

from aslo.adapters.system_calls import filter_of

ALLOWED = 0
KINDS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
SOCKET = {"x86_64": 41, "aarch64": 198}
KEYS = {"x86_64": (248, 249, 250), "aarch64": (217, 218, 219)}
HONEST = {"x86_64": (0, 1, 59, 257, 435), "aarch64": (63, 64, 221, 56, 435)}


def answer(machine: str, number: int, argument: int = 0, kind: int | None = None) -> int:
    """The error that the kernel gives for a call; none is 0."""
    told = struct.pack("=IIQQ", number, KINDS[machine] if kind is None else kind, 0, argument)
    lines = list(struct.iter_unpack("=HBBI", filter_of(machine) or b""))
    at, held = 0, 0
    while True:
        code, then, otherwise, value = lines[at]
        at += 1
        if code == 0x20:
            (held,) = struct.unpack_from("=I", told, value)
        elif code == 0x06:
            return ALLOWED if value == 0x7FFF0000 else value & 0xFFFF
        else:
            holds = held == value if code == 0x15 else held >= value
            at += then if holds else otherwise


@pytest.fixture(params=KINDS)
def machine(request: pytest.FixtureRequest) -> str:
    return request.param


def test_what_an_honest_build_asks_is_allowed(machine) -> None:
    families = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)

    assert {answer(machine, number) for number in HONEST[machine]} == {ALLOWED}
    assert {answer(machine, SOCKET[machine], family) for family in families} == {ALLOWED}


@pytest.mark.case("T33")
def test_the_kernels_keys_are_refused(machine) -> None:
    assert {answer(machine, number) for number in KEYS[machine]} == {errno.EPERM}


@pytest.mark.case("T33")
@pytest.mark.parametrize("family", [socket.AF_VSOCK, socket.AF_ALG, socket.AF_PACKET, 99])
def test_what_no_network_namespace_holds_is_refused(machine, family) -> None:
    assert answer(machine, SOCKET[machine], family) == errno.EAFNOSUPPORT


@pytest.mark.case("T33")
def test_the_numbers_of_another_kind_of_program_lead_around_nothing(machine) -> None:
    [number, *_] = KEYS[machine]

    assert answer(machine, number, kind=0x40000003) == errno.EPERM
    assert answer(machine, number | 0x4000_0000) == errno.EPERM


def test_a_machine_that_we_do_not_know_has_no_filter() -> None:
    assert filter_of("riscv64") is None
