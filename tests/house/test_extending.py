"""docs/extending.md: its tables name every file that names the example."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text("utf-8")
ROOMS = (
    "knowledge_base",
    "retrieval",
    "ticketing",
    "support",
    "widget/src",
    "docs/connect.md",
    "docs/policy-language.md",
)
EXAMPLES = {
    "A new store connector": r"acg_faka|AcgFaka",
    "A new card in the chat": r'RatingPart|RatingCard|"type": "rating"',
    "A new reason": r"membership_inactive",
    "A new language": r"""(?<![`-])zh-CN(?!`)|["']zh["']|["']en["']""",
    "A new model provider": r"init_chat_model\(",
}
"""By section, what names the example."""
NOT_CODE = re.compile(r"^knowledge_base/shops/|\.jsonl$|\.npz$|^support/service/demo_")
ANY = "A new language"
"""Pages name languages without being about them."""


def sections() -> dict[str, str]:
    """The page by its headings; one within a block is none of the page's."""
    starts = {name: PAGE.index(f"\n## {name}\n") for name in re.findall(r"^## (A new .+)$", PAGE, re.MULTILINE)}
    ends = [*list(starts.values())[1:], len(PAGE)]
    return {name: PAGE[start:end] for (name, start), end in zip(starts.items(), ends, strict=True)}


def rows(section: str) -> set[str]:
    """The files and folders in a section's table."""
    table = re.findall(r"^\| (`[^|]+) \|", sections()[section], re.MULTILINE)
    return {name for row in table for name in re.findall(r"`([^`]+)`", row)}


@pytest.mark.parametrize("section", EXAMPLES)
def test_every_file_that_names_the_example_is_in_the_table(section: str) -> None:
    command = ["git", "grep", "-lP", EXAMPLES[section], "--", *ROOMS]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    named = {one for one in found if not NOT_CODE.search(one) and not (section == ANY and one.startswith("docs/"))}
    told = rows(section)
    assert [one for one in told if not (ROOT / one).exists()] == []
    family = {Path(one).with_suffix("") for one in told}
    lacking = [
        one for one in named
        if not any(Path(one).is_relative_to(there) for there in told)
        and not any(one.startswith(f"{stem}_") for stem in family)
    ]  # fmt: skip
    assert lacking == []


def test_every_section_of_the_page_has_its_example() -> None:
    assert set(sections()) == set(EXAMPLES)
