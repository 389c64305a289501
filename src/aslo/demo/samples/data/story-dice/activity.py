"""Rolls five pictures to tell a story with."""

import random

import gi

gi.require_version("Gtk", "3.0")
from gettext import gettext as _

from gi.repository import Gtk
from sugar3.activity.activity import Activity
from sugar3.activity.widgets import ActivityToolbarButton, StopButton
from sugar3.graphics.toolbarbox import ToolbarBox


class StoryDiceActivity(Activity):
    """The window that Sugar opens."""

    def __init__(self, handle):
        super().__init__(handle)
        self.max_participants = 4
        toolbox = ToolbarBox()
        toolbox.toolbar.insert(ActivityToolbarButton(self), 0)
        toolbox.toolbar.insert(Gtk.SeparatorToolItem(draw=False), -1)
        toolbox.toolbar.insert(StopButton(self), -1)
        self.set_toolbar_box(toolbox)
        toolbox.show_all()
        self.set_canvas(Table())
        self.get_canvas().show_all()


PICTURES = (
    _("a boat"), _("a key"), _("an owl"), _("a storm"), _("a drum"), _("a mango"), _("a giant"),
    _("a letter"), _("a bridge"), _("a lost shoe"), _("the moon"), _("a friend"),
)  # fmt: skip


class Table(Gtk.Box):
    """Five dice, and a page for the story."""

    def __init__(self):
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=15, margin=30)
        self._dice = Gtk.Box(spacing=10, homogeneous=True)
        roll = Gtk.Button(label=_("Roll"))
        roll.connect("clicked", self._roll)
        page = Gtk.TextView(wrap_mode=Gtk.WrapMode.WORD)
        self.pack_start(self._dice, False, False, 0)
        self.pack_start(roll, False, False, 0)
        self.pack_start(page, True, True, 0)
        self._roll(roll)

    def _roll(self, _button):
        for child in self._dice.get_children():
            self._dice.remove(child)
        for picture in random.sample(PICTURES, 5):
            self._dice.add(Gtk.ToggleButton(label=picture))
        self._dice.show_all()
