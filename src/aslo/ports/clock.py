"""The present moment."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""The present moment, aware, in UTC."""
