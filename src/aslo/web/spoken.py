"""Templates compiled once for each language that the site speaks.

A page has some fifty sentences and icons that are the same for all who read its language: they
are put in when the template is compiled, and not looked for again by each request.
"""

from collections.abc import MutableMapping
from types import CodeType
from typing import Any

from flask import Flask
from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from aslo.web.assets import glyph
from aslo.web.language import direction, reader
from aslo.web.numbers import TOLD, translated


def set_up(app: Flask) -> None:
    """Let the application make its pages of such templates; before anything asks for one."""
    app.jinja_environment = SpokenEnvironment


class SpokenEnvironment(Environment):
    """Gives each reader the templates of the language that the page is in."""

    lang: str | None = None
    """The language whose templates it compiles; none for those it was not asked for by name."""

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self._spoken: dict[str, SpokenEnvironment] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002  # as Jinja calls it
    ) -> Template:
        """See Jinja."""
        lang = reader().interface
        if lang == self.lang:
            return super().get_template(name, parent, globals)
        return self._in(lang).get_template(name, parent, globals)

    def compile(  # type: ignore[override]  # Jinja overloads it by a flag that it alone uses
        self, source: str | nodes.Template, name: str | None = None, *args: Any, **named: Any
    ) -> str | CodeType:
        """See Jinja."""
        if self.lang is not None and isinstance(source, str):
            escapes = self.autoescape
            is_markup = escapes if isinstance(escapes, bool) else escapes(name)
            source = _Settled(self.lang, is_markup=is_markup).visit(self.parse(source, name))
        return super().compile(source, name, *args, **named)  # type: ignore[no-any-return]

    def _in(self, lang: str) -> "SpokenEnvironment":
        spoken = self._spoken.get(lang)
        if spoken is None:
            spoken = self.overlay()
            spoken.lang = lang
            spoken = self._spoken.setdefault(lang, spoken)
        return spoken


class _Settled(NodeTransformer):
    """Puts into a template what follows from its language alone."""

    def __init__(self, lang: str, *, is_markup: bool) -> None:
        self._lang = lang
        self._is_markup = is_markup

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802  # as Jinja looks for it
        """Sentences and icons."""
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.dyn_args or node.dyn_kwargs:
            return node
        if node.node.name == "_":
            return self._sentence(node)
        if node.node.name == "glyph" and (drawn := _drawn(node)):
            return drawn
        return node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Expr:  # noqa: N802  # as Jinja looks for it
        """What is known of the reader."""
        self.generic_visit(node)
        known = {"interface": self._lang, "direction": direction(self._lang)}
        if isinstance(node.node, nodes.Name) and node.node.name == "reader" and node.attr in known:
            return nodes.Const(known[node.attr], lineno=node.lineno)
        return node

    def _sentence(self, call: nodes.Call) -> nodes.Expr:
        (message,) = call.args
        if not isinstance(message, nodes.Const):
            return call
        line = call.lineno
        words = translated(self._lang, message.value, is_markup=self._is_markup)
        said: nodes.Expr = nodes.Const(words, lineno=line)
        if call.kwargs:
            name = nodes.Name(TOLD, "load", lineno=line)
            return nodes.Call(name, [said], call.kwargs, None, None, lineno=line)
        return nodes.Const(words % {}, lineno=line)


def _drawn(call: nodes.Call) -> nodes.Expr | None:
    try:
        args = [each.as_const() for each in call.args]
        named = dict(each.as_const() for each in call.kwargs)
    except nodes.Impossible:
        return None
    return nodes.Const(glyph(*args, **named), lineno=call.lineno)
