"""What Sugar's updaters are told, read as they read it."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslo.domain.activity import Entry, ReleaseState
from aslo.domain.errors import CatalogError
from aslo.domain.sugar import Compatibility, Toolkit
from fakes.values import a_release, an_activity
from fakes.web_site import MOON, WebSite

EM = "{http://www.mozilla.org/2004/em-rdf#}"
GTK2 = Compatibility(Toolkit.GTK2, 2, "0.86", "0.117")
PYTHON3 = Compatibility(Toolkit.GTK3, 3, "0.116")
