"""Finds the tree of a leaf by three questions."""

import gi

gi.require_version("Gtk", "3.0")
from gettext import gettext as _

from gi.repository import Gtk
from sugar3.activity.activity import Activity
from sugar3.activity.widgets import ActivityToolbarButton, StopButton
from sugar3.graphics.toolbarbox import ToolbarBox


class LeafPressActivity(Activity):
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
        self.set_canvas(Key())
        self.get_canvas().show_all()


QUESTIONS = (
    (_("Which edge has your leaf?"), (_("smooth"), _("toothed"), _("lobed"))),
    (_("How do its veins run?"), (_("like a feather"), _("like a hand"))),
    (_("Which shape is it?"), (_("long"), _("round"), _("like a heart"))),
)
TREES = {
    (2, 0, 0): _("oak"),
    (2, 1, 2): _("maple"),
    (1, 0, 2): _("lime tree"),
    (0, 0, 0): _("willow"),
    (1, 0, 1): _("hazel"),
}


class Key(Gtk.Box):
    """A question with its answers, then the name of the tree."""

    def __init__(self):
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=15, margin=50)
        self._answers = ()
        self._show()

    def _show(self):
        for child in self.get_children():
            self.remove(child)
        if len(self._answers) == len(QUESTIONS):
            tree = TREES.get(self._answers, _("a tree that is not in this book yet"))
            self.add(Gtk.Label(label=_("Your leaf comes from: %s") % tree))
        else:
            self._ask(*QUESTIONS[len(self._answers)])
        self.show_all()

    def _ask(self, question, choices):
        self.add(Gtk.Label(label=question))
        for number, choice in enumerate(choices):
            button = Gtk.Button(label=choice)
            button.connect("clicked", self._choose, number)
            self.add(button)

    def _choose(self, _button, number):
        self._answers += (number,)
        self._show()
