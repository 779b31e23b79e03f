"""What was given back at the desk is not offered again, though the store knows nothing of it."""

from __future__ import annotations

import httpx

from tests.running import Buyer, Json, RunningServer

ORDER = "SC20261111001"
ASKED = f"我不想要了，申请退款，订单{ORDER}，查询密码mint-32"


async def test_a_refund_by_hand_counts_in_the_next_decision(server: RunningServer) -> None:
    assert await _granted(server) == "4800.00"
    wanted = {"order": ORDER, "amount": "300.00", "reason": "一部分已经协商退款"}
    async with httpx.AsyncClient(base_url=f"{server.base}/api/v1/desk", timeout=60) as desk:

        async def post(who: str, path: str, body: Json) -> Json:
            answer = await desk.post(path, headers={"Authorization": f"Bearer {server.login(who)}"}, json=body)
            return dict(answer.raise_for_status().json())

        number = (await post("chen", "/refunds", wanted))["number"]
        assert await _granted(server) == "4800.00"  # nothing has left yet
        await post("lin", f"/refunds/{number}/approval", {})
        done = await post("chen", f"/refunds/{number}/execution", {"reference": "transfer 1"})
    assert done["state"] == "done"
    assert await _granted(server) == "4500.00"


async def _granted(server: RunningServer) -> str:
    """What a buyer who asks is told may be given back."""
    async with Buyer(server) as buyer:
        await buyer.next("synced")
        _, done = await buyer.say(ASKED)
        parts: list[Json] = done["d"]["message"]["parts"]
        decision = next(part for part in parts if part["type"] == "decision")
        return str(decision["outcome"]["refund"]["amount"])
