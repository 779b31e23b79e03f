"""Reads `authorisations.csv`, in the order of the file."""

from __future__ import annotations

from knowledge_base.authorisation import Authorisation
from knowledge_base.csv_cells import day, flag
from knowledge_base.csv_reader import Columns, Row, read_rows
from knowledge_base.findings import Findings

AUTHORISATIONS_FILE = "authorisations.csv"
AUTHORISATION_COLUMNS = Columns(
    ("supplier", "distributor", "product"),
    ("batch", "document", "valid_from", "valid_to", "issued_by"),
    ("public",),
)


def read_authorisations(content: bytes, products: frozenset[str], findings: Findings) -> tuple[Authorisation, ...]:
    """The rows. Faults are noted; a product that the catalogue lacks is warned of."""
    rows = read_rows(AUTHORISATIONS_FILE, content, AUTHORISATION_COLUMNS, findings)
    return tuple(row for row in (_authorisation(row, products) for row in rows) if row is not None)


def _authorisation(row: Row, products: frozenset[str]) -> Authorisation | None:
    supplier, distributor, product = (row.text(column) for column in AUTHORISATION_COLUMNS.needed)
    if supplier is None or distributor is None or product is None:
        row.fault("supplier, distributor and product must be filled in")
        return None
    if products and product not in products:
        row.findings.warn(row.file, row.line, f"product {product!r} is not in products.csv")
    valid_from, valid_to = row.read("valid_from", day), row.read("valid_to", day)
    if valid_from and valid_to and valid_to < valid_from:
        row.fault(f"valid_to {valid_to} is before valid_from {valid_from}")
    texts = {column: row.text(column) or "" for column in ("batch", "document", "issued_by")}
    return Authorisation(
        supplier=supplier,
        distributor=distributor,
        product=product,
        batch=texts["batch"],
        document=texts["document"],
        valid_from=valid_from,
        valid_to=valid_to,
        issued_by=texts["issued_by"],
        public=row.read("public", flag) is not False,
    )
