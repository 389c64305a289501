"""A diary of sun, rain and wind, one line a day."""

import datetime
import json

import gi

gi.require_version("Gtk", "3.0")
from gettext import gettext as _

from gi.repository import Gtk
from sugar3.activity.activity import Activity
from sugar3.activity.widgets import ActivityToolbarButton, StopButton
from sugar3.graphics.toolbarbox import ToolbarBox


class WeatherDiaryActivity(Activity):
    """The window that Sugar opens."""

    def __init__(self, handle):
        super().__init__(handle)
        self.max_participants = 8
        toolbox = ToolbarBox()
        toolbox.toolbar.insert(ActivityToolbarButton(self), 0)
        toolbox.toolbar.insert(Gtk.SeparatorToolItem(draw=False), -1)
        toolbox.toolbar.insert(StopButton(self), -1)
        self.set_toolbar_box(toolbox)
        toolbox.show_all()
        self.set_canvas(Diary())
        self.get_canvas().show_all()

    def write_file(self, file_path):
        with open(file_path, "w", encoding="utf-8") as file:
            json.dump(self.get_canvas().days, file)

    def read_file(self, file_path):
        with open(file_path, encoding="utf-8") as file:
            self.get_canvas().open(json.load(file))


class Diary(Gtk.Box):
    """A button for each kind of weather, and the days so far."""

    def __init__(self):
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=12, margin=30)
        self.days = {}
        buttons = Gtk.Box(spacing=10, homogeneous=True)
        for weather in (_("sun"), _("clouds"), _("rain"), _("wind")):
            button = Gtk.Button(label=weather)
            button.connect("clicked", self._note, weather)
            buttons.add(button)
        self._list = Gtk.Label(xalign=0)
        self.add(buttons)
        self.add(self._list)

    def open(self, days):
        self.days = days
        self._list.set_text("\n".join(f"{day}  {weather}" for day, weather in days.items()))

    def _note(self, _button, weather):
        today = datetime.date.today().isoformat()
        self.open({**self.days, today: weather})
