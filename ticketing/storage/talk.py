"""Queries about conversations and their messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.conversation import AuthorKind, Conversation, ConversationState, GeneratedBy, Message, check_move
from ticketing.errors import Conflict, NotFound
from ticketing.ids import new_id
from ticketing.storage.database import encode
from ticketing.storage.prepared import Prepared, micros
from ticketing.storage.shops import next_cursor
from ticketing.storage.spool import count, counted, flush, insert, spool_of
from ticketing.storage.tables import agents, commands, conversations, messages, reads

_CONVERSATION = (
    conversations.c.shop, conversations.c.id, conversations.c.owner, conversations.c.state, conversations.c.rev,
    conversations.c.seq, conversations.c.lang, conversations.c.subject, conversations.c.created_at,
    conversations.c.updated_at, conversations.c.assignee, conversations.c.memory,
    conversations.c.joined_at, conversations.c.snoozed_until,
)  # fmt: skip
UNDER_WAY = ("bot", "waiting", "human")
_MINE = (conversations.c.shop == sa.bindparam("which")) & (conversations.c.id == sa.bindparam("conversation"))
_GET = sa.select(*_CONVERSATION).where(_MINE)
_MESSAGE = sa.select(messages).where(
    messages.c.shop == sa.bindparam("which"), messages.c.conversation == sa.bindparam("of"),
    messages.c.id == sa.bindparam("message"),
)  # fmt: skip
_IS_NEW = ~sa.exists().where(
    commands.c.shop == sa.bindparam("which"), commands.c.client_id == sa.bindparam("client_id"),
    commands.c.sender == sa.bindparam("owner"),
)  # fmt: skip
IS_UNDER_WAY = sa.or_(*(conversations.c.state == sa.literal_column(f"'{state}'") for state in UNDER_WAY))
_SEQ = Prepared(sa.select(conversations.c.seq).where(_MINE))
_SEQ_FOR_BUYER = Prepared(sa.select(conversations.c.seq).where(
    _MINE, conversations.c.owner == sa.bindparam("owner"),
    IS_UNDER_WAY, _IS_NEW,
))  # fmt: skip
_SET_SEQ = Prepared.update(conversations, ["shop", "id"], ["seq", "updated_at"])
_INSERT = Prepared.insert(messages)


def start(
    tx: sa.Connection, shop: str, owner: str, lang: str, subject: str, at: datetime, name: str | None = None
) -> Conversation:
    """A new conversation of `owner`; `name` is how a command line finds it again."""
    row = Conversation(shop, new_id(), owner, "bot", 0, 0, lang, subject, at, at)
    tx.execute(sa.insert(conversations).values(**asdict(row), name=name))
    return row


def get(tx: sa.Connection, shop: str, conversation: str, owner: str | None = None) -> Conversation:
    """The conversation, if it is `owner`'s (None: for the service itself); a foreign one is NotFound too."""
    row = tx.execute(_GET, {"which": shop, "conversation": conversation}).one_or_none()
    if row is None or owner not in (None, row.owner):
        raise NotFound("conversation", conversation)
    return Conversation(*row)


def named(tx: sa.Connection, shop: str, name: str) -> Conversation | None:
    """The conversation of that name."""
    query = sa.select(*_CONVERSATION).where(conversations.c.shop == shop, conversations.c.name == name)
    row = tx.execute(query).one_or_none()
    return None if row is None else Conversation(*row)


def of_owner(tx: sa.Connection, shop: str, owner: str, limit: int = 20) -> tuple[Conversation, ...]:
    """The owner's conversations, newest first."""
    query = (
        sa.select(*_CONVERSATION)
        .where(conversations.c.shop == shop, conversations.c.owner == owner)
        .order_by(conversations.c.updated_at.desc(), conversations.c.id.desc())
        .limit(limit)
    )
    return tuple(Conversation(*row) for row in tx.execute(query))


def listed(tx: sa.Connection, shop: str, owner: str | None, after: str | None, limit: int) -> tuple[Conversation, ...]:
    """A shop's conversations, or an owner's, the newest begun first; `after` is the last of the page before."""
    query = sa.select(*_CONVERSATION).where(conversations.c.shop == shop)
    if owner is not None:
        query = query.where(conversations.c.owner == owner)
    if after is not None:
        query = query.where(conversations.c.id < after)
    return tuple(Conversation(*row) for row in tx.execute(query.order_by(conversations.c.id.desc()).limit(limit)))


def give_to(tx: sa.Connection, shop: str, old_owner: str, new_owner: str) -> None:
    """Carry a visitor's conversations over to the buyer that the visitor proved to be."""
    mine = (conversations.c.shop == shop) & (conversations.c.owner == old_owner)
    tx.execute(sa.update(conversations).where(mine).values(owner=new_owner))


def append(
    tx: sa.Connection, shop: str, conversation: str, *, at: datetime, author_kind: AuthorKind, author_name: str,
    text: str, lang: str, generated_by: GeneratedBy = "human", parts: Iterable[dict[str, Any]] = (),
    citations: Iterable[dict[str, Any]] = (), message_id: str | None = None, told: bool = False,
) -> Message:  # fmt: skip
    """Write a message under the conversation's next `seq`; if it is `told`, with the cursor for its event."""
    row = _SEQ.run(tx, {"which": shop, "conversation": conversation}).fetchone()
    if row is None:
        raise NotFound("conversation", conversation)
    seq = _next_seq(tx, shop, conversation, row[0], at)
    message = Message(
        message_id or new_id(), conversation, seq, at, author_kind, author_name, generated_by, text, lang,
        tuple(parts), tuple(citations), n=next_cursor(tx, shop) if told else None,
    )  # fmt: skip
    _insert(tx, shop, message)
    return message


def append_if_new(
    tx: sa.Connection, shop: str, owner: str, client_id: str, conversation: str, *, at: datetime, author_name: str,
    text: str, lang: str,
) -> Message | None:  # fmt: skip
    """The same for what its owner says in a conversation under way, with every look before it in one statement.

    None, and nothing is written, where one of them fails: the conversation is missing or another's, it rests or is
    done, or the owner's command of that id was carried out before.
    """
    flush(tx, key=(shop, owner, client_id))
    spool = spool_of(tx)
    kept = None if spool is None else spool.ahead.get((shop, owner, client_id, conversation))
    if kept is None:
        given = {"which": shop, "conversation": conversation, "owner": owner, "client_id": client_id}
        row = _SEQ_FOR_BUYER.run(tx, given).fetchone()
        if row is None:
            return None
        kept = row[0]
    seq = _next_seq(tx, shop, conversation, kept, at)
    n = next_cursor(tx, shop)
    message = Message(new_id(), conversation, seq, at, "buyer", author_name, "human", text, lang, n=n)
    _insert(tx, shop, message)
    return message


def _next_seq(tx: sa.Connection, shop: str, conversation: str, kept: int, at: datetime) -> int:
    """One more than what is kept, or than what moved since and waits to be."""
    key = shop, conversation
    seq = (counted(tx, _SET_SEQ, key) or kept) + 1
    count(tx, _SET_SEQ, key, seq, (shop, conversation, seq, micros(at)))
    return seq


def _insert(tx: sa.Connection, shop: str, message: Message) -> None:
    insert(tx, _INSERT, (
        shop, message.id, message.conversation, message.seq, micros(message.at), message.author_kind,
        message.author_name, message.generated_by, message.lang, message.text,
        encode(message.parts) if message.parts else "[]", encode(message.citations) if message.citations else "[]",
        message.rev, message.n,
    ))  # fmt: skip


def change(tx: sa.Connection, conversation: Conversation, **values: Any) -> int:
    """Set columns of a conversation and step its `rev`, which is returned."""
    mine = (conversations.c.shop == conversation.shop) & (conversations.c.id == conversation.id)
    step = sa.update(conversations).where(mine).values(rev=conversations.c.rev + 1, **values)
    return int(tx.execute(step.returning(conversations.c.rev)).scalar_one())


def move(tx: sa.Connection, conversation: Conversation, to: ConversationState, **values: Any) -> int:
    """Take a conversation to another state, with other columns on the way, or raise IllegalTransition."""
    check_move(conversation.state, to)
    return change(tx, conversation, state=to, **values)


def snoozed_before(tx: sa.Connection, shop: str, at: datetime) -> tuple[Conversation, ...]:
    """Conversations whose rest is over."""
    query = sa.select(*_CONVERSATION).where(
        conversations.c.shop == shop, conversations.c.state == "snoozed", conversations.c.snoozed_until <= at
    )
    return tuple(Conversation(*row) for row in tx.execute(query))


def not_joined(tx: sa.Connection, shop: str) -> tuple[Conversation, ...]:
    """Conversations that an agent has taken without a word in them yet."""
    query = sa.select(*_CONVERSATION).where(
        conversations.c.shop == shop, conversations.c.state == "human", conversations.c.joined_at.is_(None)
    )
    return tuple(Conversation(*row) for row in tx.execute(query))


def answer_owed(tx: sa.Connection, shop: str) -> tuple[tuple[Conversation, datetime], ...]:
    """Conversations in which an agent has spoken and the buyer has spoken last, with the time of that."""
    last = (
        (messages.c.shop == conversations.c.shop)
        & (messages.c.conversation == conversations.c.id)
        & (messages.c.seq == conversations.c.seq)
    )
    query = (
        sa.select(*_CONVERSATION, messages.c.at.label("asked"))
        .join(messages, last)
        .where(conversations.c.shop == shop, conversations.c.state == "human", messages.c.author_kind == "buyer")
        .where(conversations.c.joined_at.is_not(None))
    )
    return tuple((Conversation(*row[:-1]), row[-1]) for row in tx.execute(query))


def of_removed(tx: sa.Connection, shop: str) -> tuple[Conversation, ...]:
    """Conversations in the hands of somebody who is no agent any more."""
    gone = sa.select(agents.c.id).where(agents.c.shop == shop, ~agents.c.active)
    query = sa.select(*_CONVERSATION).where(
        conversations.c.shop == shop,
        conversations.c.state.in_(("human", "snoozed")),
        conversations.c.assignee.in_(gone),
    )
    return tuple(Conversation(*row) for row in tx.execute(query))


def remember(tx: sa.Connection, shop: str, conversation: str, memory: dict[str, Any], lang: str, subject: str) -> None:
    """Keep what the assistant needs for the next turn; nobody sees it, so `rev` stays."""
    mine = (conversations.c.shop == shop) & (conversations.c.id == conversation)
    tx.execute(sa.update(conversations).where(mine).values(memory=memory, lang=lang, subject=subject))


def page(tx: sa.Connection, shop: str, conversation: str, before_seq: int | None, limit: int) -> tuple[Message, ...]:
    """Up to `limit` messages before `before_seq` (None: the last ones), ascending."""
    query = sa.select(messages).where(messages.c.shop == shop, messages.c.conversation == conversation)
    if before_seq is not None:
        query = query.where(messages.c.seq < before_seq)
    rows = tx.execute(query.order_by(messages.c.seq.desc()).limit(limit)).all()
    return tuple(_message(row) for row in reversed(rows))


def get_message(tx: sa.Connection, shop: str, conversation: str, message: str) -> Message:
    """One message, or NotFound."""
    row = tx.execute(_MESSAGE, {"which": shop, "of": conversation, "message": message}).one_or_none()
    if row is None:
        raise NotFound("message", message)
    return _message(row)


def patch_parts(tx: sa.Connection, message: Message, shop: str, parts: Iterable[dict[str, Any]]) -> int:
    """Replace a message's parts if nobody did so since it was read; the new `rev`, or Conflict."""
    mine = (messages.c.shop == shop) & (messages.c.id == message.id) & (messages.c.rev == message.rev)
    step = sa.update(messages).where(mine).values(parts=list(parts), rev=message.rev + 1)
    rev = tx.execute(step.returning(messages.c.rev)).scalar_one_or_none()
    if rev is None:
        raise Conflict(message.id)
    return int(rev)


def mark_read(tx: sa.Connection, shop: str, conversation: str, reader: str, seq: int) -> bool:
    """Move a reader's mark forward; False if it stood there already."""
    mine = (reads.c.shop == shop) & (reads.c.conversation == conversation) & (reads.c.reader == reader)
    old = tx.execute(sa.select(reads.c.seq).where(mine)).scalar_one_or_none()
    if old is None:
        tx.execute(sa.insert(reads).values(shop=shop, conversation=conversation, reader=reader, seq=seq))
        return True
    if seq > old:
        tx.execute(sa.update(reads).where(mine).values(seq=seq))
    return bool(seq > old)


def read_marks(tx: sa.Connection, shop: str, conversation: str) -> dict[str, int]:
    """`{"buyer": seq, "agent": seq}`, 0 where nobody read."""
    query = sa.select(reads.c.reader, reads.c.seq).where(reads.c.shop == shop, reads.c.conversation == conversation)
    return {"buyer": 0, "agent": 0} | {row.reader: row.seq for row in tx.execute(query)}


def _message(row: sa.Row[Any]) -> Message:
    return Message(
        row.id, row.conversation, row.seq, row.at, row.author_kind, row.author_name, row.generated_by, row.text,
        row.lang, tuple(row.parts), tuple(row.citations), row.rev, row.n,
    )  # fmt: skip
