"""A quilt of patches that turn when they are touched."""

import math

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk
from sugar3.activity.activity import Activity
from sugar3.activity.widgets import ActivityToolbarButton, StopButton
from sugar3.graphics.toolbarbox import ToolbarBox


class ShapeQuiltActivity(Activity):
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
        self.set_canvas(Quilt())
        self.get_canvas().show_all()


SIDE = 6


class Quilt(Gtk.DrawingArea):
    """Six by six patches, each one half light and half dark."""

    def __init__(self):
        super().__init__()
        self._turns = {(x, y): (x + y) % 4 for x in range(SIDE) for y in range(SIDE)}
        self.add_events(Gdk.EventMask.BUTTON_PRESS_MASK)
        self.connect("draw", self._draw)
        self.connect("button-press-event", self._turn)

    def _patch(self):
        return min(self.get_allocated_width(), self.get_allocated_height()) / SIDE

    def _turn(self, _quilt, event):
        place = (int(event.x / self._patch()), int(event.y / self._patch()))
        if place in self._turns:
            self._turns[place] = (self._turns[place] + 1) % 4
        self.queue_draw()

    def _draw(self, _quilt, context):
        for (x, y), turns in self._turns.items():
            context.save()
            context.scale(self._patch(), self._patch())
            context.translate(x + 0.5, y + 0.5)
            context.rotate(turns * math.pi / 2)
            context.move_to(-0.5, -0.5)
            context.line_to(0.5, -0.5)
            context.line_to(-0.5, 0.5)
            context.set_source_rgb(0.75, 0.2, 0.35)
            context.fill()
            context.restore()
