"""What the database itself holds about refunds, whatever code writes to it: triggers, in SQLite and in PostgreSQL.

* `refund_lines.held` is the sum of what was not freed, and a check keeps it within what was paid.
* What was asked for is never changed, and what is done, failed or called off stays so.
* The trail of changes is only added to, and no refund is deleted.
"""

from __future__ import annotations

from collections.abc import Callable

SUM = """UPDATE refund_lines SET held = (SELECT COALESCE(SUM(r.amount), 0) FROM refunds r
    WHERE r.shop = refund_lines.shop AND r.order_no = refund_lines.order_no
    AND (refund_lines.line = '' OR r.line = refund_lines.line) AND r.state NOT IN ('failed', 'cancelled'))
    WHERE shop = NEW.shop AND order_no = NEW.order_no AND line IN ('', NEW.line)"""
FIXED = ("shop", "id", "refund_no", "key", "kind", "order_no", "line", "amount", "excess", "currency", "decision")
_MOVED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in FIXED)
_MOVED_SQLITE = _MOVED.replace("IS DISTINCT FROM", "IS NOT")
_ENDED = "OLD.state IN ('done', 'failed', 'cancelled') AND OLD.state <> NEW.state"
WITHIN, STANDS, KEPT = "within_paid", "stands", "kept"

SQLITE = {
    f"refunds_{WITHIN}_insert": f"AFTER INSERT ON refunds BEGIN {SUM}; END",
    f"refunds_{WITHIN}_update": f"AFTER UPDATE OF state ON refunds BEGIN {SUM}; END",
    f"refunds_{STANDS}": f"""BEFORE UPDATE ON refunds WHEN {_MOVED_SQLITE} OR ({_ENDED})
        BEGIN SELECT RAISE(ABORT, 'a refund stands as it was asked for, and as it ended'); END""",
    f"refunds_{KEPT}": "BEFORE DELETE ON refunds BEGIN SELECT RAISE(ABORT, 'refunds are kept'); END",
    f"refund_changes_{KEPT}_update": """BEFORE UPDATE ON refund_changes
        BEGIN SELECT RAISE(ABORT, 'the trail of a refund is only added to'); END""",
    f"refund_changes_{KEPT}_delete": """BEFORE DELETE ON refund_changes
        BEGIN SELECT RAISE(ABORT, 'the trail of a refund is only added to'); END""",
}
_RAISE = "RAISE EXCEPTION '%' USING ERRCODE = 'integrity_constraint_violation'"
POSTGRESQL_FUNCTIONS = {
    f"refunds_{WITHIN}": f"BEGIN {SUM}; RETURN NULL; END",
    f"refunds_{STANDS}": f"""BEGIN IF {_MOVED} OR ({_ENDED}) THEN
        {_RAISE.replace("%", "a refund stands as it was asked for, and as it ended")}; END IF; RETURN NEW; END""",
    f"refunds_{KEPT}": f"BEGIN {_RAISE.replace('%', 'refunds and their trail are kept')}; END",
}
POSTGRESQL = {
    f"refunds_{WITHIN}": f"AFTER INSERT OR UPDATE OF state ON refunds FOR EACH ROW EXECUTE FUNCTION refunds_{WITHIN}()",
    f"refunds_{STANDS}": f"BEFORE UPDATE ON refunds FOR EACH ROW EXECUTE FUNCTION refunds_{STANDS}()",
    f"refunds_{KEPT}": f"BEFORE DELETE ON refunds FOR EACH ROW EXECUTE FUNCTION refunds_{KEPT}()",
    f"refund_changes_{KEPT}": f"""BEFORE UPDATE OR DELETE ON refund_changes
        FOR EACH ROW EXECUTE FUNCTION refunds_{KEPT}()""",
}


def guard(dialect: str, execute: Callable[[str], object]) -> None:
    """Put the triggers up, on tables that are there."""
    if dialect == "sqlite":
        for name, rest in SQLITE.items():
            execute(f"CREATE TRIGGER {name} {rest}")
        return
    for name, body in POSTGRESQL_FUNCTIONS.items():
        execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    for name, rest in POSTGRESQL.items():
        execute(f"CREATE TRIGGER {name} {rest}")
