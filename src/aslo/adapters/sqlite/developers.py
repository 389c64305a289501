"""Who made the listed activities: a table of the catalog, read in the order of their names."""

import sqlite3

from aslo.adapters.documents import from_json, to_json
from aslo.domain.activity import Activity, Developer
from aslo.ports import Maker

STATEMENTS = (
    """CREATE TABLE developers (
        login_folded TEXT NOT NULL, login TEXT NOT NULL, activity INTEGER NOT NULL,
        person TEXT NOT NULL, PRIMARY KEY (login_folded, activity)) WITHOUT ROWID""",
    "CREATE INDEX developers_of_activity ON developers (activity)",
)
# Beside max(), SQLite takes the other columns from the row of the maximum: the newest activity
# that was put into the catalog knows the newest picture of its developer.
_COLUMNS = "login, person, count(*), max(activity)"


def put(connection: sqlite3.Connection, row: int, activity: Activity) -> None:
    """Add the developers of a listed activity."""
    connection.executemany(
        "INSERT OR IGNORE INTO developers VALUES (?, ?, ?, ?)",
        [(fold(who.login), who.login, row, to_json(who)) for who in activity.developers],
    )


def fold(login: str) -> str:
    """A name without its case, which the forge does not tell apart either."""
    return login.casefold()


def makers(connection: sqlite3.Connection, after: str, limit: int) -> list[Maker]:
    """Developers behind that name, in the order of their names."""
    rows = connection.execute(
        f"""SELECT {_COLUMNS} FROM developers WHERE login_folded > ?
            GROUP BY login_folded ORDER BY login_folded LIMIT ?""",  # noqa: S608  # our texts
        (fold(after), limit),
    )
    return [_maker(*row) for row in rows.fetchall()]


def maker(connection: sqlite3.Connection, login: str) -> Maker | None:
    """The developer of that name."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM developers WHERE login_folded = ? GROUP BY login_folded",  # noqa: S608  # ours
        (fold(login),),
    ).fetchone()
    return row and _maker(*row)


def _maker(login: str, person: str, activities: int, _newest: int) -> Maker:
    return Maker(from_json(Developer, person, login), activities)
