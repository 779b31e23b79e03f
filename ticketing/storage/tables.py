"""Every table. A row belongs to one shop, which leads its key and nearly every index; but for the last three tables."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ticketing.storage.columns import Money, PlainText, UtcTime

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def _key(name: str = "id", length: int = 64) -> sa.Column[str]:
    return sa.Column(name, PlainText(length), primary_key=True)


def _text(name: str, length: int = 64, **options: Any) -> sa.Column[str]:
    return sa.Column(name, PlainText(length), nullable=options.pop("nullable", False), **options)


def _time(name: str, **options: Any) -> sa.Column[datetime]:
    return sa.Column(name, UtcTime, nullable=options.pop("nullable", False), **options)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON, nullable=False)


def _money(name: str, **options: Any) -> sa.Column[Decimal]:
    return sa.Column(name, Money, nullable=False, **options)


def _number(name: str, **options: Any) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, default=0, **options)


shops = sa.Table(
    "shops", metadata, _key("shop"), _number("n"), _number("generation"), _text("digest"), _text("epoch"),
    _text("secret", 128), sa.Column("origin", PlainText(), nullable=False),
    _time("imported_at"), _number("ticket_no"),
)  # fmt: skip

shop_files = sa.Table(
    "shop_files", metadata, _key("shop"), _key("path", 512), _text("sha256"),
    sa.Column("content", sa.LargeBinary, nullable=False),
)  # fmt: skip

file_versions = sa.Table(
    "file_versions", metadata, _key("shop"), sa.Column("n", sa.BigInteger, primary_key=True), _text("path", 512),
    _time("at"), _text("by", 200), _text("via", 16), sa.Column("note", PlainText(), nullable=False),
    _text("sha256", nullable=True), sa.Column("content", sa.LargeBinary, nullable=True),
    sa.Index(None, "shop", "path", "n"),
)  # fmt: skip
"""What one of the shop's files was, since it was first written at the desk; no content is that it was not there."""

file_drafts = sa.Table(
    "file_drafts", metadata, _key("shop"), _key("path", 512), _time("at"), _text("by", 200),
    _text("base", nullable=True), sa.Column("text", PlainText(), nullable=False),
)  # fmt: skip

visitors = sa.Table("visitors", metadata, _key("shop"), _key(), _text("token_sha256", unique=True), _time("created_at"))

conversations = sa.Table(
    "conversations", metadata, _key("shop"), _key(), _text("owner", 200), _text("name", 200, nullable=True),
    _text("state", 16), _text("assignee", nullable=True), _number("rev"), _number("seq"), _text("lang", 16),
    sa.Column("subject", PlainText(), nullable=False), _json("memory"), _time("created_at"), _time("updated_at"),
    _time("joined_at", nullable=True), _time("snoozed_until", nullable=True), _time("erased_at", nullable=True),
    sa.Index(None, "shop", "owner", "updated_at"), sa.Index(None, "shop", "state", "updated_at"),
    sa.Index(None, "shop", "erased_at", "updated_at"), sa.UniqueConstraint("shop", "name"),
)  # fmt: skip

messages = sa.Table(
    "messages", metadata, _key("shop"), _key(), _text("conversation"), _number("seq"), _time("at"),
    _text("author_kind", 16), _text("author_name", 200), _text("generated_by", 16), _text("lang", 16),
    sa.Column("text", PlainText(), nullable=False), _json("parts"), _json("citations"), _number("rev"),
    sa.Column("n", sa.BigInteger, nullable=True), sa.UniqueConstraint("shop", "conversation", "seq"),
)  # fmt: skip
"""`n` is the event of type `message` that told of it; an answer's is told by the answer's end."""

turns = sa.Table(
    "turns", metadata, _key("shop"), _key("message"), _text("conversation"), _text("client_id"), _time("created_at"),
    _json("trace"),
)  # fmt: skip
"""How messages were answered. What is owed an answer stands beside the command that brought it."""

events = sa.Table(
    "events", metadata, _key("shop"), sa.Column("n", sa.BigInteger, primary_key=True), _text("type", 32),
    _text("conversation"), _text("audience", 16), _json("body"), _time("at"),
)  # fmt: skip
"""A message's event is found by the message: an index of events for most of what happens would cost each message a
page of its conversation's, a seventh of all that is done for it."""
OF_NO_MESSAGE = events.c.type != sa.literal_column("'message'")
"""Spelt out, so that databases know their indexes by it."""
for _name, *_columns in (("conversation_n", "conversation", "n"), ("type_at", "type", "at")):
    sa.Index(
        f"ix_events_shop_{_name}", events.c.shop, *(events.c[one] for one in _columns),
        sqlite_where=OF_NO_MESSAGE, postgresql_where=OF_NO_MESSAGE,
    )  # fmt: skip

commands = sa.Table(
    "commands", metadata, _key("shop"), _key("client_id"), _key("sender", 200), _text("sha256"), _json("ack"),
    _time("at", index=True), sa.Column("owes", sa.JSON(none_as_null=True), nullable=True),
)  # fmt: skip
"""What was sent, how it was answered, and the turn that is owed for it (`{message, conversation, input}`) or NULL."""
_OWED = commands.c.owes.is_not(None)
sa.Index("ix_commands_owed", commands.c.at, sqlite_where=_OWED, postgresql_where=_OWED)

reads = sa.Table("reads", metadata, _key("shop"), _key("conversation"), _key("reader", 200), _number("seq"))

order_grants = sa.Table(
    "order_grants", metadata, _key("shop"), _key("owner", 200), _key("order_no", 200), _text("by", 16), _time("at")
)

proof_attempts = sa.Table(
    "proof_attempts", metadata, _key("shop"), _key(), _text("owner", 200), _text("order_no", 200), _time("at"),
    sa.Index(None, "shop", "owner", "at"), sa.Index(None, "shop", "order_no", "at"),
)  # fmt: skip

decisions = sa.Table(
    "decisions", metadata, _key("shop"), _key(), _text("conversation"), _text("order_no", 200, nullable=True),
    _text("request", 32), _text("verdict", 16), _text("digest"), _json("proof"), _time("at"),
    sa.Index(None, "shop", "conversation"), sa.Index(None, "shop", "at", "id"),
)  # fmt: skip

tickets = sa.Table(
    "tickets", metadata, _key("shop"), _key(), _text("conversation"), _text("reason", 32), _text("priority", 16),
    _text("queue", 64), _text("state", 16), _number("rev"), _text("order_no", 200, nullable=True),
    _text("decision", nullable=True), _json("missing"), _time("created_at"), _time("due_at", nullable=True),
    _text("assignee", nullable=True), _time("target_at", nullable=True), _time("resolve_by", nullable=True),
    _time("taken_at", nullable=True), _time("alarmed_at", nullable=True), _time("resolved_at", nullable=True),
    sa.Column("resolution", PlainText(), nullable=True), _number("ticket_no"), _json("tags"),
    _text("team", nullable=True), _time("snoozed_until", nullable=True), _time("waiting_since", nullable=True),
    _text("merged_into", nullable=True), _number("reopened"), _time("evidence_by", nullable=True),
    _time("remind_at", nullable=True), _time("legal_by", nullable=True), _json("fired"),
    _time("next_at", nullable=True), _time("follow_up_at", nullable=True), sa.Index(None, "shop", "next_at"),
    sa.Index(None, "shop", "resolved_at"),
    sa.UniqueConstraint("shop", "ticket_no"), sa.Index(None, "shop", "state", "due_at"),
    sa.Index(None, "shop", "conversation"), sa.Index(None, "shop", "assignee", "state"),
    sa.Index(None, "shop", "order_no"),
    sa.Index(
        "ix_tickets_listed", "shop", "ticket_no", "state", "assignee", "team", "queue", "priority", "reason",
        "created_at", "order_no", "conversation",
    ),
)  # fmt: skip
"""Lists of tickets are read from `ix_tickets_listed` alone, whatever they are filtered by."""

ticket_links = sa.Table(
    "ticket_links", metadata, _key("shop"), _key("ticket"), _key("kind", 16), _key("value", 200), _time("at"),
    _text("by", 200), sa.Index(None, "shop", "kind", "value"),
)  # fmt: skip
"""What a ticket is about besides its first order and conversation."""

ticket_merges = sa.Table(
    "ticket_merges", metadata, _key("shop"), _key(), _text("kind", 16), _text("ticket"), _text("other"), _time("at"),
    _text("by", 200), _json("before"), _time("undone_at", nullable=True), _text("undone_by", 200, nullable=True),
    sa.Index(None, "shop", "ticket"), sa.Index(None, "shop", "other"),
)  # fmt: skip

agents = sa.Table(
    "agents", metadata, _key("shop"), _key(), _text("name", unique=True), _text("display_name", 200), _text("role", 16),
    _json("languages"), _text("password_hash", 200), _number("capacity"),
    sa.Column("active", sa.Boolean, nullable=False), _time("created_at"),
)  # fmt: skip

agent_sessions = sa.Table(
    "agent_sessions", metadata, _key("shop"), _key("token_sha256"), _text("agent"), _time("created_at"),
    _time("expires_at"), sa.Index(None, "shop", "agent"),
)  # fmt: skip

login_attempts = sa.Table(
    "login_attempts", metadata, _key("shop"), _key(), _text("name"), _text("address"), _time("at", index=True)
)

notes = sa.Table(
    "notes", metadata, _key("shop"), _key(), _text("conversation"), _number("after_seq"), _time("at"), _text("agent"),
    _text("author_name", 200), sa.Column("text", PlainText(), nullable=False),
    sa.Index(None, "shop", "conversation", "at"),
)  # fmt: skip

ratings = sa.Table(
    "ratings", metadata, _key("shop"), _key("message"), _text("conversation"), _text("ticket", nullable=True),
    _text("agent", nullable=True), sa.Column("solved", sa.Boolean, nullable=True),
    sa.Column("score", sa.BigInteger, nullable=True), _json("tags"), sa.Column("comment", PlainText(), nullable=False),
    _time("at"), sa.Index(None, "shop", "conversation"), sa.Index(None, "shop", "at"),
)  # fmt: skip

uploads = sa.Table(
    "uploads", metadata, _key("shop"), _key(), _text("owner", 200), _text("client_id"), _text("name", 200),
    _text("media_type"), _number("size"), sa.Column("width", sa.BigInteger, nullable=True),
    sa.Column("height", sa.BigInteger, nullable=True), _text("sha256"), _text("given_sha256"), _time("created_at"),
    _text("conversation", nullable=True), _time("said_at", nullable=True), _time("gone_at", nullable=True),
    sa.UniqueConstraint("shop", "owner", "client_id"), sa.Index(None, "shop", "created_at"),
    sa.Index(None, "shop", "owner", "created_at"),
)  # fmt: skip

publications = sa.Table(
    "publications", metadata, _key("shop"), sa.Column("n", sa.BigInteger, primary_key=True), _time("at"),
    _text("by", 200), _text("via", 16), sa.Column("note", PlainText(), nullable=False), _text("digest"),
    _json("changes"), _json("effect"),
)  # fmt: skip

order_events = sa.Table(
    "order_events", metadata, _key("shop"), _key(length=100), _text("sha256"), _text("kind", 16),
    _text("order_no", 200), _time("occurred_at"), _time("received_at"), _text("amount", 40, nullable=True),
    _text("currency", 3, nullable=True), sa.Column("frozen", sa.Boolean, nullable=True),
    _text("buyer", 200, nullable=True), sa.Index(None, "shop", "order_no"), sa.Index(None, "shop", "received_at"),
    sa.Index(None, "shop", "buyer", "occurred_at"),
)  # fmt: skip

conversation_orders = sa.Table(
    "conversation_orders", metadata, _key("shop"), _key("order_no", 200), _key("conversation"),
    sa.Column("proved", sa.Boolean, nullable=False),
)  # fmt: skip

authorisation_entries = sa.Table(
    "authorisation_entries", metadata, _key("shop"), sa.Column("n", sa.BigInteger, primary_key=True),
    _number("begun"), _time("at"), _text("kind", 16), sa.Column("cells", PlainText(), nullable=False),
    _text("previous"), _text("hash"), sa.Index(None, "shop", "begun", "n"),
)  # fmt: skip

claims = sa.Table(
    "claims", metadata, _key("shop"), _key(), _text("order_no", 200), _text("product", 200), _text("reason", 32),
    _text("conversation"), _text("owner", 200), _text("contact", nullable=True), _text("account", nullable=True),
    _time("at"), _time("refunded_at", nullable=True), sa.Index(None, "shop", "order_no"),
    sa.Index(None, "shop", "owner", "at"), sa.Index(None, "shop", "contact", "at"),
    sa.Index(None, "shop", "account", "at"), sa.Index(None, "shop", "product", "at"), sa.Index(None, "shop", "at"),
)  # fmt: skip

claim_keys = sa.Table(
    "claim_keys", metadata, _key("shop"), _key("mark"), _key("claim"), sa.Index(None, "shop", "claim")
)

unanswered = sa.Table(
    "unanswered", metadata, _key("shop"), _key("message"), _text("conversation"), _time("at"), _text("lang", 16),
    _text("kind", 16), sa.Column("text", PlainText(), nullable=False), _time("dismissed_at", nullable=True),
    _text("dismissed_by", nullable=True), sa.Index(None, "shop", "at"),
)  # fmt: skip

risk_reports = sa.Table(
    "risk_reports", metadata, _key("shop"), _key(), _text("conversation"), _text("order_no", 200),
    _text("decision", nullable=True), _json("report"), _time("at"), sa.Index(None, "shop", "conversation", "at"),
    sa.Index(None, "shop", "order_no", "at"),
)  # fmt: skip

refund_lines = sa.Table(
    "refund_lines", metadata, _key("shop"), _key("order_no", 200), _key("line", 200), _text("currency", 3),
    _money("paid"), _money("held", server_default="0"),
    sa.CheckConstraint("held >= 0 AND held <= paid", name="ck_refund_lines_within_paid"),
)  # fmt: skip
"""What was paid for an order line, and for the whole order under the line "". `held` is reckoned by the database."""

refunds = sa.Table(
    "refunds", metadata, _key("shop"), _key(), _number("refund_no"), _text("key", 200), _text("kind", 16),
    _text("order_no", 200), _text("line", 200), _money("amount"), _money("excess"), _number("quantity"),
    _text("currency", 3), _text("state", 16), _number("rev"), _text("executor", 32),
    _text("requested_by", 200), _text("reason", 500), _text("decision", nullable=True),
    _text("conversation", nullable=True), _text("message", nullable=True),
    _text("holds", 500, server_default=""), _time("created_at"), _time("changed_at"),
    _text("approved_by", 200, nullable=True), _time("approved_at", nullable=True),
    _text("executed_by", 200, nullable=True), _time("deadline", nullable=True), _time("ask_at", nullable=True),
    _number("asked"), _text("reference", 500, nullable=True),
    sa.CheckConstraint("amount >= 0 AND excess >= 0", name="ck_refunds_amount"),
    sa.ForeignKeyConstraint(
        ["shop", "order_no", "line"], ["refund_lines.shop", "refund_lines.order_no", "refund_lines.line"],
        name="fk_refunds_line",
    ),
    sa.UniqueConstraint("shop", "key"), sa.UniqueConstraint("shop", "refund_no"),
    sa.Index(None, "shop", "order_no"), sa.Index(None, "shop", "state", "changed_at"),
    sa.Index(None, "shop", "approved_by", "approved_at"), sa.Index(None, "shop", "conversation"),
)  # fmt: skip

refund_changes = sa.Table(
    "refund_changes", metadata, _key("shop"), _key("refund"), sa.Column("n", sa.BigInteger, primary_key=True),
    _time("at"), _text("was", 16, nullable=True), _text("state", 16), _text("actor", 200), _text("cause", 500),
    _text("reference", 500, nullable=True),
)  # fmt: skip

reissued_keys = sa.Table(
    "reissued_keys", metadata, _key("shop"), _key("mark"), _text("refund"), _text("masked", 32), _time("at"),
    sa.Index(None, "shop", "refund"),
)  # fmt: skip

decision_reviews = sa.Table(
    "decision_reviews", metadata, _key("shop"), _key("decision"), _text("ticket"), _text("conversation"),
    _text("order_no", 200, nullable=True), _text("said", 16), _text("verdict", 16), _text("clause", 200),
    _text("gave", 16), _text("refund", nullable=True), _text("reason", 500), _text("agent"), _time("at"),
    sa.Index(None, "shop", "at"), sa.Index(None, "shop", "conversation"), sa.Index(None, "shop", "refund"),
)  # fmt: skip
"""What an agent said to a decision of the policy: one row for each decision."""

evidence_entries = sa.Table(
    "evidence_entries", metadata, _key("shop"), _key("ticket"), sa.Column("n", sa.BigInteger, primary_key=True),
    _text("kind", 16), _text("source"), _text("subject", 300), _text("at", 40), _text("recorded_at", 40),
    sa.Column("open", PlainText(), nullable=False), sa.Column("commitments", PlainText(), nullable=False),
    _text("salt"), _text("previous"), _text("hash"),
)  # fmt: skip

evidence_parts = sa.Table(
    "evidence_parts", metadata, _key("shop"), _key("ticket"), sa.Column("n", sa.BigInteger, primary_key=True),
    _key("name", 16), _text("salt"), sa.Column("value", PlainText(), nullable=False),
)  # fmt: skip

evidence_cursors = sa.Table("evidence_cursors", metadata, _key("shop"), _number("n"))
"""Up to which of a shop's events evidence was collected from what happened."""

supplier_requests = sa.Table(
    "supplier_requests", metadata, _key("shop"), _key(), _number("request_no"), _text("ticket"), _text("conversation"),
    _text("supplier", 200), _json("goods"), sa.Column("question", PlainText(), nullable=False), _text("lang", 16),
    _text("asked_by", 200), _time("asked_at"), _time("due_at"), _text("state", 16), _time("opened_at", nullable=True),
    _time("answered_at", nullable=True), _text("answer", 16, nullable=True),
    sa.Column("answer_text", PlainText(), nullable=True), sa.UniqueConstraint("shop", "request_no"),
    sa.Index(None, "shop", "ticket"), sa.Index(None, "shop", "state", "due_at"),
)  # fmt: skip

supplied_lines = sa.Table(
    "supplied_lines", metadata, _key("shop"), _key("order_no", 200), _key("line", 200),
    _text("product", 200, nullable=True), _text("supplier", 200, nullable=True),
    _text("distributor", 200, nullable=True), _text("batch", 200, nullable=True), _time("seen_at"),
    _time("complained_at", nullable=True), _text("reason", 32, nullable=True), sa.Index(None, "shop", "seen_at"),
)  # fmt: skip
"""Order lines that buyers asked about, where they came from, and whether they were complained of."""

supply_alerts = sa.Table(
    "supply_alerts", metadata, _key("shop"), _key("party", 16), _key("name", 200),
    sa.Column("at", UtcTime, primary_key=True), _number("complaints"), _number("asked_about"),
)  # fmt: skip

report_points = sa.Table(
    "report_points", metadata, _key("shop"), _key("conversation"), _text("made_for"), _time("holds_after"),
    _time("holds_before", nullable=True), sa.Column("points", PlainText(), nullable=False),
    sa.Index(None, "shop", "holds_after"), sa.Index(None, "shop", "holds_before"),
)  # fmt: skip
"""What reports derived from a conversation's events: it follows from them, and may go with its cursor at any time."""

report_cursors = sa.Table("report_cursors", metadata, _key("shop"), _number("n"))

ticket_word_cursors = sa.Table(
    "ticket_word_cursors", metadata, _key("shop"), _number("place", unique=True), _number("n")
)
"""Up to which of a shop's events its tickets' words were written; `place` keeps shops apart in the index."""

webhooks = sa.Table(
    "webhooks", metadata, _key("shop"), _key(), _text("url", 500), _json("kinds"), _text("secret", 128),
    _text("old_secret", 128, nullable=True), _time("old_until", nullable=True),
    sa.Column("paused", sa.Boolean, nullable=False), _number("cursor"), _time("created_at"), _text("created_by", 200),
)  # fmt: skip
"""Addresses that are told what happens in a shop; `cursor` is the last event that was looked at for one."""

webhook_deliveries = sa.Table(
    "webhook_deliveries", metadata, _key("shop"), _key(length=100), _text("webhook"), _text("kind", 32),
    sa.Column("body", PlainText(), nullable=False), _text("state", 16), _number("tries"),
    _time("next_at", nullable=True), _time("created_at"), sa.Index(None, "shop", "webhook", "created_at"),
    sa.Index(None, "shop", "next_at"),
)  # fmt: skip
"""What one address is to be told. `next_at` is when it is tried, None once it has ended."""

webhook_attempts = sa.Table(
    "webhook_attempts", metadata, _key("shop"), _key("delivery", 100), sa.Column("n", sa.BigInteger, primary_key=True),
    _time("at"), sa.Column("status", sa.BigInteger, nullable=True), _number("ms"), _text("trouble", 200, nullable=True),
)  # fmt: skip

api_keys = sa.Table(
    "api_keys", metadata, _key("shop"), _key(), _text("name", 200), _json("scopes"), _text("sha256"),
    _text("old_sha256", nullable=True), _time("old_until", nullable=True), _time("created_at"),
    _text("created_by", 200), _time("expires_at", nullable=True), _time("last_used_at", nullable=True),
    _time("revoked_at", nullable=True),
)  # fmt: skip
"""What other systems show to be let in; a key itself is kept by nobody but its holder."""

legal_holds = sa.Table(
    "legal_holds", metadata, _key("shop"), _key(), _text("kind", 16), _text("subject", 200), _text("reason", 500),
    _text("by", 200), _time("at"), _time("until", nullable=True), _time("lifted_at", nullable=True),
    _text("lifted_by", 200, nullable=True), sa.Index(None, "shop", "lifted_at"),
)  # fmt: skip
"""What is neither erased nor forgotten: all of a buyer's (`subject` an owner), or what a ticket is about (its id)."""

privacy_requests = sa.Table(
    "privacy_requests", metadata, _key("shop"), _key(), _number("request_no"), _text("kind", 16), _text("person", 200),
    _text("asked_by", 16), _text("identity", 16), sa.Column("note", PlainText(), nullable=False), _text("via", 200),
    _time("received_at"), _time("due_at"), _text("state", 16), _time("ended_at", nullable=True),
    _text("ended_by", 200, nullable=True), sa.Column("answer", PlainText(), nullable=False), _json("outcome"),
    sa.UniqueConstraint("shop", "request_no"), sa.Index(None, "shop", "state", "due_at"),
    sa.Index(None, "shop", "person"),
)  # fmt: skip
"""What somebody asked of their own data. Once it was an erasure that was done, `person` is the random name."""

access_log = sa.Table(
    "access_log", metadata, _key("shop"), _key(), _time("at"), _text("agent"), _text("agent_name", 200),
    _text("what", 16), _text("subject", 200), _text("owner", 200), sa.Index(None, "shop", "at"),
    sa.Index(None, "shop", "owner", "at"), sa.Index(None, "shop", "agent", "subject", "at"),
)  # fmt: skip
"""Who of the shop's people looked at what of whom."""

workers = sa.Table(
    "workers", metadata, _key(), _number("beat"), _time("at"), _json("seats"), _json("turns"), _json("figures")
)  # fmt: skip
"""Processes that serve this record, of all its shops: who is seated at each, which messages it answers now, and what
it measures of itself."""

duties = sa.Table("duties", metadata, _key("name"), _text("worker"))

shared_secrets = sa.Table("shared_secrets", metadata, _key("name"), sa.Column("secret", PlainText(), nullable=False))
