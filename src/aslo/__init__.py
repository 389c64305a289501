"""The activity store of Sugar Labs."""

__version__ = "0.1.0"
