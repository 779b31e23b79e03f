"""One fact changed, and what the policy then decides: for the demo shop's invented orders alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import HTTPException
from pydantic import BaseModel, Field

from support.policy.fact_values import NotAFact
from support.service.explain import ExplainCase, ExplainError, ItemNotFound, OrderNotFound, explain
from support.service.shops import LoadedShop

Json = dict[str, Any]
Word = Annotated[str, Field(max_length=200)]


class WhatIf(BaseModel):
    """An order, what is asked of it and why, and facts supposed otherwise than the store has them."""

    order: Word
    request: Word
    reason: Word | None = None
    item: Word | None = None
    facts: Annotated[dict[Word, Any], Field(max_length=40)] = {}


def what_if(loaded: LoadedShop, asked: WhatIf) -> Json:
    """The decision and its proof, the supposed facts marked as such in it."""
    case = ExplainCase(
        order=asked.order, request=asked.request, now=datetime.now(UTC), item=asked.item or None,
        reason=asked.reason or None, facts=asked.facts,
    )  # fmt: skip
    try:
        decision = explain(loaded.folder, loaded.connector, case)
    except (OrderNotFound, ItemNotFound) as error:
        raise HTTPException(404, str(error)) from error
    except (ExplainError, NotAFact) as error:
        raise HTTPException(422, str(error)) from error
    return {"decision": decision.as_json(with_proof=False), "proof": decision.proof}
