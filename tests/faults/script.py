"""A conversation that passes by what there is: answers, a form with a proof, a decision, a ticket, a person."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.faults.visitor import Visitor

Json = dict[str, Any]
MOST_CARDS = 4
ORDER, PROOF = "SAMPLE0001", "query-1"
_number = count(1)


async def converse(visitor: Visitor) -> None:
    """Talk it through; where a fault has changed what the assistant asks, follow what it asks now."""
    mark = f"第{next(_number)}位"
    ack = await visitor.say(f"怎么兑换礼品卡？{mark}")
    conversation = ack["conversation"]
    await visitor.answered(*visitor.said)
    await visitor.say(f"我要退款，没有收到货。{mark}", conversation)
    await visitor.answered(*visitor.said)
    for _ in range(MOST_CARDS):
        await _use_card(visitor, conversation)
    await visitor.send("handoff", {"conversation": conversation})
    await visitor.say(f"谢谢，再见。{mark}", conversation)
    await visitor.answered(*(key for key, sent in visitor.said.items() if sent.kind != "handoff"))


async def _use_card(visitor: Visitor, conversation: str) -> None:
    """Use the last message's card, if it has one."""
    message = visitor.last(conversation)
    uses = [use for part in message["parts"] if not part.get("used") and (use := _use(part)) is not None]
    if not uses:
        return
    action, value = uses[0]
    body: Json = {"conversation": conversation, "message": message["id"], "action": action, "value": value}
    await visitor.send("act", body)
    await visitor.answered(*visitor.said)


def _use(part: Json) -> tuple[str, Any] | None:
    match part["type"]:
        case "form":
            given = {"order.number": ORDER, "order.proof": PROOF}
            return "submit", {field["name"]: given.get(field["name"], "") for field in part["fields"]}
        case "confirm":
            return "confirm", part["id"]
        case "choices":
            values = [option["value"] for option in part["options"]]
            return "choose", next((value for value in values if "refund" in value), values[0])
    return None
