"""Turns a sky of stars and joins them to constellations."""

import math
import random

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk
from sugar3.activity.activity import Activity
from sugar3.activity.widgets import ActivityToolbarButton, StopButton
from sugar3.graphics.toolbarbox import ToolbarBox


class StarMapActivity(Activity):
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
        self.set_canvas(Sky())
        self.get_canvas().show_all()


class Sky(Gtk.DrawingArea):
    """Stars around a pole; dragging turns them."""

    def __init__(self):
        super().__init__()
        chance = random.Random(55)
        self._stars = [(chance.uniform(0, math.tau), chance.random()) for _ in range(300)]
        self._angle = 0.0
        self._from = None
        self.add_events(Gdk.EventMask.BUTTON_PRESS_MASK | Gdk.EventMask.BUTTON_MOTION_MASK)
        self.connect("draw", self._draw)
        self.connect("button-press-event", self._press)
        self.connect("motion-notify-event", self._turn)

    def _press(self, _sky, event):
        self._from = event.x

    def _turn(self, _sky, event):
        self._angle += (event.x - self._from) / 200
        self._from = event.x
        self.queue_draw()

    def _draw(self, _sky, context):
        width, height = self.get_allocated_width(), self.get_allocated_height()
        context.set_source_rgb(0.05, 0.07, 0.2)
        context.paint()
        context.set_source_rgb(1, 1, 0.85)
        for angle, distance in self._stars:
            reach = distance * max(width, height)
            x = width / 2 + reach * math.cos(angle + self._angle)
            y = height * 0.9 + reach * math.sin(angle + self._angle)
            context.arc(x, y, 1 + 3 * (1 - distance), 0, math.tau)
            context.fill()
