"""A forge to try ASLO with: the part of GitHub that ASLO uses, on one machine, over real git.

It imports nothing else of aslo, so that it can be held against GitHub's own contract and
ASLO against it.
"""

from aslo.simulator.faults import Fault
from aslo.simulator.filling import Cut, Stocked, fill
from aslo.simulator.simulator import Simulator

__all__ = ["Cut", "Fault", "Simulator", "Stocked", "fill"]
