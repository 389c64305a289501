"""Two beans, one difference, and a chart."""

import gi

gi.require_version("Gtk", "3.0")
from gettext import gettext as _

from gi.repository import Gtk
from sugar3.activity.activity import Activity
from sugar3.activity.widgets import ActivityToolbarButton, StopButton
from sugar3.graphics.toolbarbox import ToolbarBox


class BeanLabActivity(Activity):
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
        self.set_canvas(Lab())
        self.get_canvas().show_all()


class Lab(Gtk.Grid):
    """Two columns of measurements, one for each bean."""

    def __init__(self):
        super().__init__(row_spacing=10, column_spacing=20, margin=40)
        self._heights = ([], [])
        self._results = []
        for column, name in enumerate((_("bean in the light"), _("bean in the dark"))):
            self._add_bean(column, name)

    def _add_bean(self, column, name):
        ruler = Gtk.SpinButton.new_with_range(0, 100, 0.5)
        button = Gtk.Button(label=_("Measure (cm)"))
        result = Gtk.Label()
        button.connect("clicked", self._measure, column, ruler)
        self._results.append(result)
        for row, part in enumerate((Gtk.Label(label=name), ruler, button, result)):
            self.attach(part, column, row, 1, 1)

    def _measure(self, _button, column, ruler):
        self._heights[column].append(ruler.get_value())
        grown = self._heights[column][-1] - self._heights[column][0]
        self._results[column].set_text(_("grown by %.1f cm") % grown)
