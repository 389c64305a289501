"""A clock whose flowers open at their hour."""

import math

import gi

gi.require_version("Gtk", "3.0")
from gettext import gettext as _

from gi.repository import Gtk
from sugar3.activity.activity import Activity
from sugar3.activity.widgets import ActivityToolbarButton, StopButton
from sugar3.graphics.toolbarbox import ToolbarBox


class ClockGardenActivity(Activity):
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
        self.set_canvas(Garden())
        self.get_canvas().show_all()


class Garden(Gtk.Box):
    """A slider for the time above the garden."""

    def __init__(self):
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=10, margin=20)
        self._time = Gtk.Scale.new_with_range(Gtk.Orientation.HORIZONTAL, 0, 12, 0.25)
        self._meadow = Gtk.DrawingArea(vexpand=True)
        self._meadow.connect("draw", self._draw)
        self._time.connect("value-changed", lambda _scale: self._meadow.queue_draw())
        self.add(Gtk.Label(label=_("Which flowers are awake?")))
        self.add(self._time)
        self.add(self._meadow)

    def _draw(self, meadow, context):
        width, height = meadow.get_allocated_width(), meadow.get_allocated_height()
        hour = self._time.get_value()
        for flower in range(12):
            angle = math.tau * flower / 12 - math.pi / 2
            x = width / 2 + height * 0.38 * math.cos(angle)
            y = height / 2 + height * 0.38 * math.sin(angle)
            context.set_source_rgb(*((1, 0.8, 0.2) if flower <= hour else (0.4, 0.6, 0.3)))
            context.arc(x, y, 25 if flower <= hour else 12, 0, math.tau)
            context.fill()
