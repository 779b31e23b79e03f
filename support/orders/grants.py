"""The statements that make a database user who may read what a connector reads, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from support.orders.sql_store import TableNeeds

USER, HOST, PASSWORD, VIEWS = "anxin", "localhost", "CHANGE-ME", "anxin_read"
ANYWHERE = "%"


def seen_from(host: str | None) -> str:
    """Where MySQL sees the reader come from, by the host of the store's address: it takes a user with its place.

    Whoever comes by 127.0.0.1 is no `localhost` to a server that resolves no names, as its container images are.
    """
    return host or HOST if host in {None, "", HOST, "127.0.0.1", "::1"} else ANYWHERE


def grants(needs: Sequence[TableNeeds], prefix: str, dialect: str, database: str, place: str = HOST) -> str:
    """Statements for an administrator: a user of `place`, and columns that it may read. SQLite has no users: advice."""
    if dialect == "sqlite":
        return "-- SQLite has no users: let the service read the file, and write nothing beside it.\n"
    maria = dialect == "mysql"
    lines = list(_user(maria, database, place))
    if any(table.sold for table in needs):
        lines.append("-- Stricter: --views prints views in which a key that is still for sale cannot be read at all.")
    for table in needs:
        lines += [*_reasons(table), _grant(table, prefix, database, maria, place)]
    return "\n".join(lines) + "\n"


def views(needs: Sequence[TableNeeds], prefix: str, dialect: str, database: str, place: str = HOST) -> str:
    """Stricter: views in a schema of their own, in which a key that is still for sale cannot be read at all.

    `orders.url` then names that schema.
    """
    if dialect == "sqlite":
        return grants(needs, prefix, dialect, database, place)
    maria = dialect == "mysql"
    lines = [*_user(maria, database, place), f"CREATE {'DATABASE' if maria else 'SCHEMA'} {_name(VIEWS, maria)};"]
    for table in needs:
        target = f"{_name(VIEWS, maria)}.{_name(prefix + table.name, maria)}"
        source = _source(table, prefix, database, maria)
        columns = ", ".join(_column(table, column, maria) for column in table.required + table.wanted)
        lines += [*_reasons(table), f"CREATE VIEW {target} AS SELECT {columns} FROM {source};"]  # noqa: S608  # names that connectors give
    lines += [f"GRANT SELECT ON {_name(VIEWS, True)}.* TO {_user_name(place)};"] if maria else list(_postgresql_views())
    return "\n".join(lines) + "\n"


def _user(maria: bool, database: str, place: str) -> Iterator[str]:
    if maria:
        if place == ANYWHERE:
            yield "-- '%' is any machine: better write the address that this database sees the service come from."
        yield f"CREATE USER {_user_name(place)} IDENTIFIED BY '{PASSWORD}';"
        return
    yield f"CREATE ROLE {_name(USER, False)} LOGIN PASSWORD '{PASSWORD}';"
    yield f"ALTER ROLE {_name(USER, False)} SET default_transaction_read_only = on;"
    yield f"GRANT CONNECT ON DATABASE {_name(database, False)} TO {_name(USER, False)};"
    yield f"GRANT USAGE ON SCHEMA public TO {_name(USER, False)};"


def _postgresql_views() -> Iterator[str]:
    user, schema = _name(USER, False), _name(VIEWS, False)
    yield f"GRANT USAGE ON SCHEMA {schema} TO {user};"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {user};"
    yield f"ALTER ROLE {user} SET search_path = {schema};"


def _grant(table: TableNeeds, prefix: str, database: str, maria: bool, place: str) -> str:
    columns = ", ".join(_name(column, maria) for column in table.required + table.wanted)
    to = _user_name(place) if maria else _name(USER, False)
    return f"GRANT SELECT ({columns}) ON {_source(table, prefix, database, maria)} TO {to};"


def _reasons(table: TableNeeds) -> list[str]:
    reasons = [f"-- {table.name}.{column}: {table.why[column]}" for column in table.columns if column in table.why]
    return reasons + [f"-- {table.name}: without it the facts that come from it stay unknown"] * table.optional


def _column(table: TableNeeds, column: str, maria: bool) -> str:
    name, (key, sold) = _name(column, maria), table.sold or ("", "")
    return f"CASE WHEN {sold} THEN {name} END AS {name}" if column == key else name


def _source(table: TableNeeds, prefix: str, database: str, maria: bool) -> str:
    name = _name(prefix + table.name, maria)
    return f"{_name(database, maria)}.{name}" if maria else f"public.{name}"


def _name(name: str, maria: bool) -> str:
    quote = "`" if maria else '"'
    return f"{quote}{name.replace(quote, quote * 2)}{quote}"


def _user_name(place: str) -> str:
    return f"'{USER}'@'{place}'"
