"""A train whose wagons spell a word."""

import random

import gi

gi.require_version("Gtk", "3.0")
from gettext import gettext as _

from gi.repository import Gtk
from sugar3.activity.activity import Activity
from sugar3.activity.widgets import ActivityToolbarButton, StopButton
from sugar3.graphics.toolbarbox import ToolbarBox


class LetterTrainActivity(Activity):
    """The window that Sugar opens."""

    def __init__(self, handle):
        super().__init__(handle)
        self.max_participants = 1
        toolbox = ToolbarBox()
        toolbox.toolbar.insert(ActivityToolbarButton(self), 0)
        toolbox.toolbar.insert(Gtk.SeparatorToolItem(draw=False), -1)
        toolbox.toolbar.insert(StopButton(self), -1)
        self.set_toolbar_box(toolbox)
        toolbox.show_all()
        self.set_canvas(Station())
        self.get_canvas().show_all()


WORDS = (_("cat"), _("boat"), _("moon"), _("drum"), _("kite"), _("bread"))


class Station(Gtk.Box):
    """Loose wagons below, the train above."""

    def __init__(self):
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=30, margin=40)
        self._train = Gtk.Box(spacing=4)
        self._yard = Gtk.FlowBox(max_children_per_line=8)
        self.add(self._train)
        self.add(self._yard)
        self._arrive()

    def _arrive(self):
        self._word = random.choice(WORDS)
        for place in (self._train, self._yard):
            for wagon in place.get_children():
                place.remove(wagon)
        for letter in random.sample(self._word, len(self._word)):
            wagon = Gtk.Button(label=letter)
            wagon.connect("clicked", self._couple)
            self._yard.add(wagon)
        self.show_all()

    def _couple(self, wagon):
        coupled = len(self._train.get_children())
        if coupled < len(self._word) and wagon.get_label() == self._word[coupled]:
            wagon.set_sensitive(False)
            self._train.add(Gtk.Label(label=wagon.get_label()))
            self._train.show_all()
        if len(self._train.get_children()) == len(self._word):
            self._arrive()
