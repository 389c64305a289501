"""Counts down, then lets a rocket go."""

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
from sugar3.activity.activity import Activity
from sugar3.activity.widgets import ActivityToolbarButton, StopButton
from sugar3.graphics.toolbarbox import ToolbarBox


class RocketCountActivity(Activity):
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
        self.set_canvas(Countdown())
        self.get_canvas().show_all()


class Countdown(Gtk.Button):
    """A button that shows the number to say next."""

    def __init__(self):
        super().__init__(label="10")
        self.connect("clicked", self._count)

    def _count(self, _button):
        left = int(self.get_label()) - 1
        self.set_label(str(left) if left else "10")
