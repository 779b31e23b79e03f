"""What the database itself holds about evidence: links are only added, parts added or erased, nothing changed."""

from __future__ import annotations

from collections.abc import Callable

ADDED = "evidence is only added to"
REFUSED = (("evidence_entries", "UPDATE"), ("evidence_entries", "DELETE"), ("evidence_parts", "UPDATE"))


def guard(dialect: str, execute: Callable[[str], object]) -> None:
    """Put the triggers up, on tables that are there."""
    if dialect == "postgresql":
        body = f"BEGIN RAISE EXCEPTION '{ADDED}' USING ERRCODE = 'integrity_constraint_violation'; END"
        execute(f"CREATE FUNCTION evidence_kept() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    for table, verb in REFUSED:
        name = f"{table}_no_{verb.lower()}"
        if dialect == "sqlite":
            execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{ADDED}'); END")
        else:
            execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION evidence_kept()")
