"""A grid of drops that plays a rhythm."""

import gi

gi.require_version("Gtk", "3.0")
from gettext import gettext as _

from gi.repository import GLib, Gtk
from sugar3.activity.activity import Activity
from sugar3.activity.widgets import ActivityToolbarButton, StopButton
from sugar3.graphics.toolbarbox import ToolbarBox


class RainDrumActivity(Activity):
    """The window that Sugar opens."""

    def __init__(self, handle):
        super().__init__(handle)
        self.max_participants = 2
        toolbox = ToolbarBox()
        toolbox.toolbar.insert(ActivityToolbarButton(self), 0)
        toolbox.toolbar.insert(Gtk.SeparatorToolItem(draw=False), -1)
        toolbox.toolbar.insert(StopButton(self), -1)
        self.set_toolbar_box(toolbox)
        toolbox.show_all()
        self.set_canvas(Grid())
        self.get_canvas().show_all()


ROWS = (_("deep drum"), _("high drum"), _("rattle"), _("wood"))
BEATS = 8


class Grid(Gtk.Grid):
    """A row for each drum, a column for each beat."""

    def __init__(self):
        super().__init__(row_spacing=8, column_spacing=8, margin=30)
        self._drops = {}
        self._beat = 0
        for row, name in enumerate(ROWS):
            self.attach(Gtk.Label(label=name, xalign=0), 0, row, 1, 1)
            for beat in range(BEATS):
                self._drops[row, beat] = Gtk.ToggleButton(hexpand=True, vexpand=True)
                self.attach(self._drops[row, beat], beat + 1, row, 1, 1)
        self._lamp = Gtk.ProgressBar()
        self.attach(self._lamp, 1, len(ROWS), BEATS, 1)
        GLib.timeout_add(300, self._tick)

    def _tick(self):
        self._beat = (self._beat + 1) % BEATS
        self._lamp.set_fraction((self._beat + 1) / BEATS)
        for row in range(len(ROWS)):
            if self._drops[row, self._beat].get_active():
                self.error_bell()
        return True
