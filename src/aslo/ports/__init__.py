"""What the services need from the world, in the words of the domain.

Every method states what it returns, what is atomic and what it raises. Adapters raise only
AsloError and its children; each foreign exception is translated once, with its cause kept.
"""

from aslo.ports.accounts import Accounts
from aslo.ports.backup import Backup, Snapshot
from aslo.ports.bell import Bell
from aslo.ports.building import (
    Builder,
    ExactFiles,
    Examiner,
    Limits,
    LogLine,
    LooseTree,
    Source,
    TreePacker,
)
from aslo.ports.catalog import Catalog
from aslo.ports.catalog_pages import (
    Address,
    Card,
    Changed,
    Led,
    Maker,
    News,
    Page,
    Query,
    Shelf,
    Told,
)
from aslo.ports.clock import Clock
from aslo.ports.files import Files
from aslo.ports.forge import Forge
from aslo.ports.forge_admin import ForgeAdmin
from aslo.ports.meter import UNMETERED, Meter, Unmetered
from aslo.ports.pictures import Pictures
from aslo.ports.record import BuildLog, Counted, Figures, Item, Standing, Unreadable
from aslo.ports.site import Site
from aslo.ports.store import CheckRecord, Store
from aslo.ports.words import PLAIN_WORDS, Words
from aslo.ports.workspace import Workspace

__all__ = [
    "PLAIN_WORDS",
    "UNMETERED",
    "Accounts",
    "Address",
    "Backup",
    "Bell",
    "BuildLog",
    "Builder",
    "Card",
    "Catalog",
    "Changed",
    "CheckRecord",
    "Clock",
    "Counted",
    "ExactFiles",
    "Examiner",
    "Figures",
    "Files",
    "Forge",
    "ForgeAdmin",
    "Item",
    "Led",
    "Limits",
    "LogLine",
    "LooseTree",
    "Maker",
    "Meter",
    "News",
    "Page",
    "Pictures",
    "Query",
    "Shelf",
    "Site",
    "Snapshot",
    "Source",
    "Standing",
    "Store",
    "Told",
    "TreePacker",
    "Unmetered",
    "Unreadable",
    "Words",
    "Workspace",
]
