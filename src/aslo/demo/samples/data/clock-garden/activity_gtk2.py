"""A clock whose flowers open at their hour (for Sugar before 0.96)."""

from gettext import gettext as _

import gtk
from sugar.activity import activity


class ClockGardenActivity(activity.Activity):
    """The window that Sugar opens."""

    def __init__(self, handle):
        activity.Activity.__init__(self, handle)
        toolbox = activity.ActivityToolbox(self)
        self.set_toolbox(toolbox)
        toolbox.show()
        box = gtk.VBox(spacing=10)
        box.pack_start(gtk.Label(_("Which flowers are awake?")), expand=False)
        self.hour = gtk.HScale(gtk.Adjustment(6, 0, 12, 1))
        self.hour.connect("value-changed", self.wake)
        self.garden = gtk.Label("")
        box.pack_start(self.hour, expand=False)
        box.pack_start(self.garden)
        self.set_canvas(box)
        box.show_all()

    def wake(self, scale):
        self.garden.set_text("* " * int(scale.get_value()))
