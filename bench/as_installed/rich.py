# ruff: noqa: INP001 - it is no package of ours
"""Stands in the way of a library that only the developers' tools bring along: no server has it,
and structlog would load it."""

raise ImportError("no server has it")
