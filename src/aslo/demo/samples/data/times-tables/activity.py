"""Asks the times tables; hard questions come back."""

import random

import gi

gi.require_version("Gtk", "3.0")
from gettext import gettext as _

from gi.repository import Gtk
from sugar3.activity.activity import Activity
from sugar3.activity.widgets import ActivityToolbarButton, StopButton
from sugar3.graphics.toolbarbox import ToolbarBox


class TimesTablesActivity(Activity):
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
        self.set_canvas(Round())
        self.get_canvas().show_all()


class Round(Gtk.Box):
    """One question after the other."""

    def __init__(self):
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=20, margin=60)
        self._hard = []
        self._question = Gtk.Label()
        self._answer = Gtk.Entry(input_purpose=Gtk.InputPurpose.DIGITS)
        self._answer.connect("activate", self._check)
        self._praise = Gtk.Label()
        for part in (self._question, self._answer, self._praise):
            self.pack_start(part, False, False, 0)
        self._ask()

    def _ask(self):
        if self._hard and random.random() < 0.4:
            self._pair = self._hard.pop(0)
        else:
            self._pair = (random.randint(2, 10), random.randint(2, 10))
        self._question.set_markup("<span size='60000'>%d × %d</span>" % self._pair)
        self._answer.set_text("")

    def _check(self, entry):
        one, other = self._pair
        if entry.get_text().strip() == str(one * other):
            self._praise.set_text(_("Right!"))
        else:
            self._hard.append(self._pair)
            self._praise.set_text(_("%d rows of %d dots are %d.") % (one, other, one * other))
        self._ask()
