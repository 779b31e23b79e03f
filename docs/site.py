"""What MkDocs is told beside mkdocs.yml: the front door is the README; a link that leaves the pages is its words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
FRONT = {"index.md": "README.md", "index.zh-CN.md": "README.zh-CN.md"}
OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+(?!docs/)[^)]*\)")
LINK = re.compile(r"\[([^\]]+)\]\(([^):#]+)(#[^)]*)?\)")
TITLE = re.compile(r"^# (?:\d+\. )?(.+)$", re.MULTILINE)


def on_files(files: Files, config: Any) -> Files:
    """Add the front door in both languages, and the list of decisions."""
    for name, readme in FRONT.items():
        files.append(File.generated(config, name, content=_front((ROOT / readme).read_text("utf-8"))))
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    rows = (f"* [{page.stem[:4]} {TITLE.findall(page.read_text('utf-8'))[0]}]({page.name})" for page in pages)
    listed = "\n".join(["# Decisions", "", *rows, ""])
    files.append(File.generated(config, "decisions/index.md", content=listed))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """A link to a file that is no page of the site is left as its words."""
    return OUTSIDE.sub(lambda found: found[1], markdown)


def _front(text: str) -> str:
    """The README as a page of the site: links below `docs` are to its pages, others are their words."""
    return LINK.sub(_moved, text)


def _moved(found: re.Match[str]) -> str:
    words, path, fragment = found[1], found[2], found[3] or ""
    for name, readme in FRONT.items():
        if path == readme:
            return f"[{words}]({name}{fragment})"
    if path == "docs/decisions/":
        return f"[{words}](decisions/index.md)"
    return f"[{words}]({path.removeprefix('docs/')}{fragment})" if path.startswith("docs/") else words
