"""products.csv, authorisations.csv and orders.csv, as files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from knowledge_base.errors import ShopFaults
from knowledge_base.order_rows import ORDER_COLUMNS
from knowledge_base.reader import read_shop
from tests.knowledge_base.small_folder import PRODUCT_COLUMNS, PRODUCTS, SHOP, faults, read

CSV_SHOP = SHOP + '[orders]\nsource = "csv"\n'
ORDER_HEAD = ",".join(ORDER_COLUMNS.known) + "\n"
AUTHORISATION_HEAD = "supplier,distributor,product,batch,document,valid_from,valid_to,issued_by\n"


def order(**cells: str) -> str:
    """One row of orders.csv with only these cells filled in."""
    return ",".join(cells.get(column, "") for column in ORDER_COLUMNS.known) + "\n"


def test_products_are_read_with_unknown_cells_as_none() -> None:
    head = PRODUCT_COLUMNS.strip() + ",name_en,description,description_en,stock,url\n"
    row = 'k,"激活码, 标准版",game_key,全球,平台,30.00,30,10,供货商,7,true,,Key,说明,Text,5,https://a.example\n'
    products = read(products=head + row + "p,会员,,,,,,,,,,,,,,,\n").products
    key, plain = products["k"], products["p"]
    assert key.name == {"zh-CN": "激活码, 标准版", "en": "Key"}
    assert key.description == {"zh-CN": "说明", "en": "Text"}
    assert (key.price, key.warranty_days, key.no_return_confirmation, key.stock) == (Decimal("30.00"), 30, True, 5)
    assert (plain.kind, plain.price, plain.no_return_confirmation, plain.region) == (None, None, None, None)
    assert (plain.source, plain.line) == ("products.csv", 3)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("k,,game_key,,,,,,,,,\n", "name"),
        (",名,game_key,,,,,,,,,\n", "id is missing"),
        ("a b,名,game_key,,,,,,,,,\n", "spaces or slashes"),
        ("k,名,gamekey,,,,,,,,,\n", "not one of"),
        ("k,名,game_key,,,30元,,,,,,\n", "price:"),
        ("k,名,game_key,,,,-1,,,,,\n", "warranty_days:"),
        ("k,名,game_key,,,,,,,,maybe,\n", "no_return_confirmation:"),
        ("k,名,game_key,,,,,,,,,ghost\n", "no article 'ghost'"),
        ("k,名,game_key\n", "3 cells and the header 12"),
        ("k,名,game_key,,,,,,,,,,,extra\n", "14 cells and the header 12"),
        ('k,"名,game_key,,,,,,,,,\n', "close each quote"),
        ('k,"名"x,game_key,,,,,,,,,\n', "close each quote"),
        ("k,名,game_key,,,,,,,,,\nk,名,game_key,,,,,,,,,\n", "stands on line 2 already"),
    ],
)
def test_wrong_product_rows_are_faults(row: str, says: str) -> None:
    (found,) = faults(products=PRODUCT_COLUMNS + row)
    assert found.file == "products.csv"
    assert found.line == 1 + row.count("\n") if "already" in says else found.line == 2
    assert says in found.message


def test_a_row_over_several_lines_keeps_the_next_ones_line() -> None:
    rows = '\nk,"两\n行",game_key,,,,,,,,,\n\nm,名,game_key,,,x,,,,,,\n'
    for text in (PRODUCT_COLUMNS + rows, (PRODUCT_COLUMNS + rows).replace("\n", "\r\n")):
        assert [fault.line for fault in faults(products=text)] == [6]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id;name;kind\n", "separated by commas"),
        ("id\tname\n", "separated by commas"),
        ("name,kind\na,b\n", "'id' is missing"),
        ("id,name,name\n", "stands twice"),
        ("id,name" + ",x" * 5_000 + "\n", "200 are read at most"),
    ],
)
def test_a_wrong_header_is_a_fault(text: str, says: str) -> None:
    found = faults(products=text)
    assert {fault.line for fault in found} == {1}
    assert says in found[0].message


def test_unknown_and_missing_columns_are_warnings() -> None:
    folder = read(products="id,name,colour,prise\na,甲,red,\n")
    assert any("'prise'; did you mean 'price'" in warning for warning in folder.warnings)
    assert any("unknown column 'colour'" in warning for warning in folder.warnings)
    assert any("taken as unknown" in warning for warning in folder.warnings)


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("id,name\na,甲\n".encode("gbk"), 2, "GBK"),
        ("id,name\na,b\n".encode("utf-16"), 1, "UTF-16"),
        (b"id,name\na,\x00\n", 2, "NUL"),
        (b"id,name\nb,c\na,\xff\xfe\xfa\n", 3, "UTF-8"),
    ],
)
def test_other_encodings_say_to_save_as_utf8(content: bytes, line: int, says: str) -> None:
    with pytest.raises(ShopFaults) as caught:
        read_shop({"shop.toml": SHOP.encode(), "products.csv": content})
    (found,) = caught.value.faults
    assert (found.file, found.line) == ("products.csv", line)
    assert says in found.message


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert "moon-key" in read(products="\ufeff" + PRODUCTS).products


def test_right_orders_are_kept_as_they_are() -> None:
    text = ORDER_HEAD + order(
        order_no="N1",
        product_id="moon-key",
        quantity="2",
        paid_amount="60.00",
        currency="CNY",
        created_at="2026-03-01T12:00:00+08:00",
        delivery_state="delivered",
        frozen="false",
        payments="A:30.00;B:30.00",
    )
    folder = read(shop_toml=CSV_SHOP, orders=text)
    assert folder.orders_csv == text.encode()
    assert folder.warnings == ()


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"quantity": "1"}, "order_no is empty"),
        ({"order_no": "N", "quantity": "one"}, "quantity:"),
        ({"order_no": "N", "paid_amount": "¥1"}, "paid_amount:"),
        ({"order_no": "N", "created_at": "2026-03-01"}, "created_at:"),
        ({"order_no": "N", "frozen": "no"}, "frozen:"),
        ({"order_no": "N", "delivery_state": "shipped"}, "delivery_state:"),
        ({"order_no": "N", "delivery_kind": "mail"}, "delivery_kind:"),
        ({"order_no": "N", "currency": "rmb"}, "currency:"),
        ({"order_no": "N", "payments": "30.00"}, "ref:amount"),
        ({"order_no": "N", "payments": "a:x"}, "payments:"),
    ],
)
def test_wrong_order_cells_are_faults(cells: dict[str, str], says: str) -> None:
    (found,) = faults(shop_toml=CSV_SHOP, orders=ORDER_HEAD + order(order_no="OK") + order(**cells))
    assert (found.file, found.line) == ("orders.csv", 3)
    assert says in found.message


def test_orders_must_be_there_where_they_are_read_and_only_then() -> None:
    (found,) = faults(shop_toml=CSV_SHOP)
    assert (found.file, "missing" in found.message) == ("orders.csv", True)
    folder = read(orders="nonsense")
    assert folder.orders_csv is None
    assert "is not read" in folder.warnings[0]


def test_an_order_of_an_unknown_product_is_warned_of() -> None:
    folder = read(shop_toml=CSV_SHOP, orders=ORDER_HEAD + order(order_no="N", product_id="ghost"))
    assert folder.warnings == ("orders.csv:2: product_id 'ghost' is not in products.csv: its facts are unknown",)


def test_authorisations_are_read_in_the_order_of_the_file() -> None:
    rows = "A,B,moon-key,L1,doc-1,2026-01-01,2026-12-31,A\nB,C,moon-key,,,,,\n"
    first, second = read(**{"authorisations.csv": AUTHORISATION_HEAD + rows}).authorisations
    assert (first.valid_from, first.batch, second.supplier, second.public) == (date(2026, 1, 1), "L1", "B", True)


def test_a_supplier_may_be_kept_from_buyers() -> None:
    head = AUTHORISATION_HEAD.strip() + ",public\n"
    rows = "A,B,moon-key,,,,,,false\nB,C,moon-key,,,,,,\n"
    folder = read(**{"authorisations.csv": head + rows})
    assert [one.public for one in folder.authorisations] == [False, True]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("A,,moon-key,,,,,\n", "must be filled in"),
        ("A,B,moon-key,,,2026-02-30,,\n", "valid_from:"),
        ("A,B,moon-key,,,2026-02-01,2026-01-01,\n", "is before"),
    ],
)
def test_wrong_authorisations_are_faults(row: str, says: str) -> None:
    (found,) = faults(**{"authorisations.csv": AUTHORISATION_HEAD + row})
    assert (found.file, found.line) == ("authorisations.csv", 2)
    assert says in found.message
