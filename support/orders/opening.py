"""Opening an order to whoever proves to own it."""

from __future__ import annotations

from support.orders.connector import AsksForProof, Connector
from support.orders.order import Order
from support.orders.proof import owns


def opened_by(connector: Connector, number: str, proof: str) -> Order | None:
    """The order that this proof opens. A foreign order and a missing one are the same None.

    Raises StoreUnavailable.
    """
    if isinstance(connector, AsksForProof):
        return connector.prove(number, proof)
    order = connector.find(number)
    return order if order is not None and owns(order, proof) else None


def wants_two_proofs(connector: object) -> bool:
    """Whether an order opens only with e-mail and query password together."""
    return isinstance(connector, AsksForProof) and connector.wants_two
