"""Damaged inputs never end in anything but a verdict; a run says by which seed it damaged them."""

from fixtures.mutations import SEED, TIMES


def pytest_report_header() -> str:
    return f"fuzz: ASLO_FUZZ_SEED={SEED} ASLO_FUZZ_TIMES={TIMES:g}"
