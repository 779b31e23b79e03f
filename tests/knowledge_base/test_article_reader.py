from __future__ import annotations

import io
import zipfile
from datetime import date

import docx
import pytest

from knowledge_base.article import Article
from knowledge_base.errors import ShopFaults
from knowledge_base.reader import read_shop
from tests.knowledge_base.small_folder import PRODUCTS, SHOP, faults, read


def article(path: str, text: str) -> Article:
    (found,) = read(**{path: text}).articles
    return found


def document(path: str, content: bytes) -> Article:
    (found,) = read_shop({"shop.toml": SHOP.encode(), path: content}).articles
    return found


def test_front_matter_and_body_are_read() -> None:
    text = (
        "---\nid: redeem\ntitle: 怎么兑换\nlang: zh-CN\nproducts: [moon-key, sun-key]\naudience: agents\n"
        "valid_from: 2026-01-01\nvalid_to: 2026-12-31\nquestions: [怎么用, '在哪: 用']\n---\n# 标题\n\n正文 \n"
    )
    found = article("articles/a.md", text)
    assert (found.id, found.title, found.lang, found.audience) == ("redeem", "怎么兑换", "zh-CN", "agents")
    assert found.products == ("moon-key", "sun-key")
    assert (found.valid_from, found.valid_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert found.questions == ("怎么用", "在哪: 用")
    assert found.text == "# 标题\n\n正文 \n"
    assert found.line == 11
    assert text.split("\n")[found.line - 1] == "# 标题"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("articles/退款 说明.md", "正文\n## 退款怎么走 ##\n", ("退款 说明", "退款怎么走", "zh-CN")),
        ("articles/faq.txt", "text", ("faq", "faq", "zh-CN")),
        ("articles/en/faq.md", "# FAQ", ("faq", "FAQ", "en")),
        ("articles/faq.en.md", "# FAQ", ("faq", "FAQ", "en")),
        ("articles/faq.zh.md", "# FAQ", ("faq", "FAQ", "zh-CN")),
        ("articles/v1.2.md", "# FAQ", ("v1.2", "FAQ", "zh-CN")),
        ("articles/en/faq.md", "---\nlang: zh\n---\n# FAQ", ("faq", "FAQ", "zh-CN")),
        ("articles/a/b/c.MARKDOWN", "# FAQ", ("c", "FAQ", "zh-CN")),
    ],
)
def test_defaults_come_from_the_file(path: str, text: str, expected: tuple[str, str, str]) -> None:
    found = article(path, text)
    assert (found.id, found.title, found.lang) == expected


def test_the_text_is_the_body_exactly_with_its_line_ends() -> None:
    found = article("articles/a.md", "\ufeff---\r\nid: x\r\n---\r\n# T\r\n\r\nbody\r\n")
    assert found.text == "# T\r\n\r\nbody\r\n"
    assert (found.id, found.title, found.line) == ("x", "T", 4)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("---\nid: a\n", 1, "never closed"),
        ("---\nid: a\n---\n  \n", 4, "empty"),
        ("---\nid: a/b\n---\nx", 2, "slashes"),
        ("---\nlang: chinese\n---\nx", 2, "language tag"),
        ("---\n\nproducts: [ghost]\n---\nx", 3, "'ghost' is not in products.csv"),
        ("---\nproducts: {a: b}\n---\nx", 2, "list of texts"),
        ("---\naudience: all\n---\nx", 2, "public or agents"),
        ("---\nvalid_to: soon\n---\nx", 2, "2026-03-01"),
        ("---\nvalid_from: 2026-02-01\nvalid_to: 2026-01-01\n---\nx", 3, "is before"),
        ("---\nid: [a]\n---\nx", 2, "must be a text"),
        ("---\na: b: c\n---\nx", 2, "no YAML"),
        ("---\nid: a\nid: b\n---\nx", 3, "stands twice"),
        ("---\nid: &a x\n---\nx", 2, "anchors"),
        ("---\njust text\n---\nx", 2, "key: value"),
    ],
)
def test_mistakes_are_faults_at_their_line(text: str, line: int, says: str) -> None:
    for written in (text, text.replace("\n", "\r\n")):
        (found,) = faults(**{"articles/a.md": written})
        assert (found.file, found.line) == ("articles/a.md", line)
        assert says in found.message


def test_an_id_stands_once_in_a_language() -> None:
    (found,) = faults(**{"articles/a.md": "---\nid: x\n---\nA", "articles/b.md": "---\nid: x\n---\nB"})
    assert (found.file, "articles/a.md" in found.message) == ("articles/b.md", True)
    folder = read(**{"articles/a.md": "---\nid: x\n---\nA", "articles/a.en.md": "---\nid: x\n---\nB"})
    assert {(found.id, found.lang) for found in folder.articles} == {("x", "zh-CN"), ("x", "en")}


def test_unknown_keys_and_languages_are_warnings() -> None:
    folder = read(**{"articles/a.md": "---\ntitel: A\nlang: ja\n---\nx", "articles/b.doc": "x"})
    assert folder.articles[0].lang == "ja"
    assert "articles/a.md:2: unknown key 'titel'; did you mean 'title'?" in folder.warnings
    assert any("articles/a.md:3: lang ja" in warning for warning in folder.warnings)
    assert any(warning.startswith("articles/b.doc:1: a file of this kind is not read") for warning in folder.warnings)


def test_products_are_not_checked_where_the_store_holds_them() -> None:
    shop = SHOP + '[orders]\nsource = "dujiaoka"\nurl = "env:X"\n'
    found = read_shop({"shop.toml": shop.encode(), "articles/a.md": b"---\nproducts: ['17']\n---\nx"})
    assert found.articles[0].products == ("17",)
    assert faults(shop_toml=shop, products=PRODUCTS, **{"articles/a.md": "---\nproducts: ['17']\n---\nx"})


def test_html_is_read_by_its_text() -> None:
    page = (
        "<html><head><title>退款说明</title></head><body><nav>首页 登录</nav><article><h1>退款说明</h1>"
        "<p>付款后尚未交付的订单可以申请全额退款，款项按原支付方式退回，一般三个工作日内到账。</p>"
        "<p>已经交付的订单请先说明原因，并提供能看到时间的截图，由人工核查后处理。</p></article></body></html>"
    )
    found = document("articles/en/refund.html", page.encode())
    assert "全额退款" in found.text
    assert "<p>" not in found.text
    assert (found.id, found.title, found.lang) == ("refund", "退款说明", "en")


def test_a_short_page_is_read_whole() -> None:
    assert document("articles/a.htm", "<p>短文</p>".encode()).text == "短文"


def test_word_is_read_by_its_paragraphs_and_tables() -> None:
    written = docx.Document()
    written.add_heading("兑换说明", 1)
    written.add_paragraph("打开订单查询页复制卡密。")
    cells = written.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "国服", "可用"
    content = io.BytesIO()
    written.save(content)
    found = document("articles/redeem.docx", content.getvalue())
    assert found.title == "兑换说明"
    assert "打开订单查询页复制卡密。" in found.text
    assert "国服 | 可用" in found.text


def small_pdf(text: str) -> bytes:
    stream = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(content)
    content += b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer\n<< /Size 6 /Root 1 0 R >>\n"
    return content + b"startxref\n%d\n%%%%EOF\n" % start


def test_pdf_is_read_by_its_pages() -> None:
    found = document("articles/warranty.pdf", small_pdf("Warranty of 30 days"))
    assert found.text.strip() == "Warranty of 30 days"
    assert found.id == "warranty"


@pytest.mark.parametrize("ending", ["pdf", "docx", "html"])
@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"%PDF-1.4\nbroken", b"<html></html>"])
def test_unreadable_documents_are_faults(ending: str, content: bytes) -> None:
    with pytest.raises(ShopFaults) as caught:
        document(f"articles/a.{ending}", content)
    assert caught.value.faults[0].file == f"articles/a.{ending}"


def test_a_packed_bomb_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("word/document.xml", b"0" * (65 * 1024 * 1024))
    with pytest.raises(ShopFaults, match="unpacks to more than"):
        document("articles/a.docx", packed.getvalue())


def test_macros_are_read_and_checked() -> None:
    (macro,) = read(**{"macros/more.md": "---\nid: m\ntitle: 补充\n---\n您好，{{order.number}} 请补充。\n"}).macros
    assert (macro.id, macro.title, macro.lang, macro.text) == ("m", "补充", "zh-CN", "您好，{{order.number}} 请补充。")
    (found,) = faults(**{"macros/more.md": "---\nid: m\n---\n好\n{{order.number}\n"})
    assert (found.line, "both braces" in found.message) == (5, True)
    (found,) = faults(**{"macros/a.md": "---\nid: m\n---\n好", "macros/b.md": "---\nid: m\n---\n好"})
    assert "macros/a.md" in found.message
