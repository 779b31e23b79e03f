"""What a buyer's page knows: the messages it was shown, its cursor, and whatever it was told that cannot be.

The rules are those of `widget/src/core/store.ts`, but where the widget is lenient this one keeps a note.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Page:
    """One page's memory. `wrong` says what was told twice, out of order or with a hole."""

    name: str
    visitor: str | None = None
    epoch: str | None = None
    cursor: int | None = None
    messages: defaultdict[str, dict[int, Json]] = field(default_factory=lambda: defaultdict(dict))
    heads: dict[str, Json] = field(default_factory=dict)
    acks: dict[str, Json] = field(default_factory=dict)
    dones: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    in_snapshot: set[str] = field(default_factory=set)
    heard: list[int] = field(default_factory=list)
    """The cursors of what came since the last snapshot, which stood for all up to `since`."""
    since: int = 0
    resets: int = 0
    wrong: list[str] = field(default_factory=list)
    _resetting: bool = False
    _ended: dict[str, float] = field(default_factory=dict)

    def hello(self, shop: str) -> Json:
        """The body of the next hello."""
        body: Json = {"role": "buyer", "shop": shop, "locale": "zh-CN", "timezone": "Asia/Shanghai"}
        if self.visitor is not None:
            body["visitor"] = self.visitor
        if self.cursor is not None:
            body |= {"cursor": self.cursor, "epoch": self.epoch}
        return body

    def hear(self, frame: Json) -> None:
        """Take a frame of the server's."""
        kind, body = frame["t"], frame["d"]
        if "n" in frame and not self._is_next(kind, frame["n"]):
            return
        match kind:
            case "welcome":
                self._welcome(body)
            case "snapshot":
                self._snapshot(body)
            case "synced":
                self._synced(body["n"])
            case "ack":
                self._ack(frame["re"], body)
            case "message" | "done":
                self._message(kind, body)
            case "message.patch":
                self._patch(body)
            case "conversation":
                self.heads[body["id"]] = body
            case "delta" if self.dones.get(body.get("re", "")):
                late = time.monotonic() - self._ended[body["re"]]
                self.wrong.append(f"{self.name}: a piece of {body['re']} {late:.2f} s after its done")

    def answered(self, key: str) -> bool:
        """Whether a say's answer is here; one that came with a snapshot does not say whose it is."""
        ack = self.acks.get(key)
        if ack is None or self.dones.get(key):
            return bool(self.dones.get(key))
        shown = self.messages[ack["conversation"]].values()
        return any(one["id"] in self.in_snapshot and one["seq"] > ack["message"]["seq"] for one in shown
                   if one["author"]["kind"] == "assistant")  # fmt: skip

    def _is_next(self, kind: str, n: int) -> bool:
        if self.cursor is not None and n <= self.cursor:
            self.wrong.append(f"{self.name}: {kind} n={n} after n={self.cursor}")
            return False
        if not self._resetting:
            self.cursor = n
            self.heard.append(n)
        return True

    def _synced(self, n: int) -> None:
        if self._resetting:
            self.since, self.heard = n, []
        self._resetting, self.cursor = False, max(self.cursor or 0, n)

    def _welcome(self, body: Json) -> None:
        if "visitor" in body:
            if self.visitor is not None:
                self.wrong.append(f"{self.name}: is not known any more")
            self.visitor = body["visitor"]
        if body["resume"] != "ok":
            if self.cursor is not None:
                self.wrong.append(f"{self.name}: its cursor {self.cursor} leads nowhere")
            self._resetting, self.cursor, self.resets = True, None, self.resets + 1
        self.epoch = body["epoch"]

    def _snapshot(self, body: Json) -> None:
        self.messages.clear()
        self.heads = {}
        for one in body["conversations"]:
            self.heads[one["id"]] = {key: value for key, value in one.items() if key != "messages"}
            self.messages[one["id"]] = {message["seq"]: message for message in one["messages"]}
            self.in_snapshot |= {message["id"] for message in one["messages"]}

    def _ack(self, key: str, body: Json) -> None:
        before = self.acks.setdefault(key, body)
        if before != body:
            self.wrong.append(f"{self.name}: {key} was acked as {_short(before)} and then as {_short(body)}")

    def _message(self, kind: str, body: Json) -> None:
        message, known = body["message"], self.messages[body["conversation"]]
        seq, last = message["seq"], max(known, default=0)
        if seq != last + 1:
            self.wrong.append(f"{self.name}: {kind} seq={seq} after seq={last} in {body['conversation']}")
        known[seq] = message
        if kind == "done":
            self.dones[body["re"]].append(message["id"])
            self._ended[body["re"]] = time.monotonic()
            if len(self.dones[body["re"]]) > 1:
                self.wrong.append(f"{self.name}: {body['re']} was answered {len(self.dones[body['re']])} times")

    def _patch(self, body: Json) -> None:
        for message in self.messages[body["conversation"]].values():
            if message["id"] == body["id"] and body["rev"] > message["rev"]:
                message |= {"parts": body["parts"], "rev": body["rev"]}


def differences(page: Page, fresh: Page) -> list[str]:
    """Where a page that stayed shows something else than one that was loaded now."""
    found = []
    for conversation in sorted(page.messages.keys() | fresh.messages.keys()):
        old, new = page.messages.get(conversation, {}), fresh.messages.get(conversation, {})
        if sorted(new) != list(range(1, len(new) + 1)):
            found.append(f"{page.name}: a fresh load of {conversation} has seq {sorted(new)}")
        for seq in sorted(old.keys() | new.keys()):
            if old.get(seq) != new.get(seq):
                shown, loaded = _short(old.get(seq)), _short(new.get(seq))
                found.append(f"{page.name}: {conversation} seq={seq} shows {shown}, a fresh load {loaded}")
    for conversation in page.heads.keys() & fresh.heads.keys():
        states = page.heads[conversation]["state"], fresh.heads[conversation]["state"]
        if states[0] != states[1]:
            found.append(f"{page.name}: {conversation} is {states[0]}, a fresh load says {states[1]}")
    return found


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 120 else text[:117] + "…"
