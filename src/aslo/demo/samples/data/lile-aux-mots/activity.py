"""Des lettres arrivent avec les vagues ; on en fait des mots."""

import random

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
from sugar3.activity.activity import Activity
from sugar3.activity.widgets import ActivityToolbarButton, StopButton
from sugar3.graphics.toolbarbox import ToolbarBox


class IleAuxMotsActivity(Activity):
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
        self.set_canvas(Plage())
        self.get_canvas().show_all()


MOTS = ("mer", "sable", "vague", "palme", "perle", "coco", "voile", "plage")


class Plage(Gtk.Box):
    """Les lettres d'un mot, en désordre, et le sable où il s'écrit."""

    def __init__(self):
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=25, margin=40)
        self._vague = Gtk.Box(spacing=8, halign=Gtk.Align.CENTER)
        self._sable = Gtk.Label()
        self.add(self._vague)
        self.add(self._sable)
        self._nouveau_mot()

    def _nouveau_mot(self):
        self._mot = random.choice(MOTS)
        self._sable.set_text("")
        for bouton in self._vague.get_children():
            self._vague.remove(bouton)
        for lettre in random.sample(self._mot, len(self._mot)):
            bouton = Gtk.Button(label=lettre.upper())
            bouton.connect("clicked", self._attrape, lettre)
            self._vague.add(bouton)
        self._vague.show_all()

    def _attrape(self, bouton, lettre):
        ecrit = self._sable.get_text() + lettre
        if self._mot.startswith(ecrit):
            bouton.set_sensitive(False)
            self._sable.set_text(ecrit)
        if ecrit == self._mot:
            self._nouveau_mot()
