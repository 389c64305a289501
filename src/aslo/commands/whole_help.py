"""Lists of commands whose texts are not cut: half a sentence helps nobody."""

import click

LONGEST = 1000


class WholeHelp(click.Group):
    """Shows the first sentence of each command's text, however long it is."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list; what is hidden is not shown."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [
            (name, command.get_short_help_str(LONGEST))
            for name, command in found
            if command is not None and not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
