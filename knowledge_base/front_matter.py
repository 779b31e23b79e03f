"""The front matter of a Markdown file: a YAML mapping between two lines of `---`, and the body after it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge_base.findings import Findings, suggestion
from knowledge_base.yaml_nodes import Mapping, Scalar, Sequence, Value, YamlError, read_yaml

_FENCE = re.compile(r"---[ \t]*\r?(?:\n|$)")
_CLOSING = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys of a file's front matter, and the body from line `body_line` on, exactly as it is written."""

    path: str
    values: Mapping
    body: str
    body_line: int
    findings: Findings

    def line(self, key: str) -> int:
        """Where a key stands; line 1 where it does not."""
        return self.values.key_lines.get(key, 1)

    def fault(self, key: str, message: str) -> None:
        """Note a fault at a key."""
        self.findings.fault(self.path, self.line(key), message)

    def warn_unknown(self, known: tuple[str, ...]) -> None:
        """Warn of every key that is not among `known`."""
        for key in self.values.entries:
            if key not in known:
                self.findings.warn(self.path, self.line(key), f"unknown key {key!r}{suggestion(key, known)}")

    def text(self, key: str) -> str | None:
        """A key's text, stripped; None where it is missing or empty, with a fault where it is no text."""
        value = self.values.entries.get(key)
        if value is None:
            return None
        if not isinstance(value, Scalar) or value.kind == "tagged":
            self.fault(key, f"{key} must be a text; put it into quotes")
            return None
        return value.text.strip() or None if value.kind != "null" else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A key's list of texts; a single text is a list of one."""
        value = self.values.entries.get(key)
        if value is None or (isinstance(value, Scalar) and value.kind == "null"):
            return ()
        items = value.items if isinstance(value, Sequence) else (value,)
        found = [
            item.text.strip() for item in items if isinstance(item, Scalar) and item.kind not in ("tagged", "null")
        ]
        if len(found) != len(items) or not all(found):
            self.fault(key, f"{key} must be a list of texts: [a, b]; put each into quotes")
        return tuple(text for text in found if text)


def split_front_matter(path: str, text: str, findings: Findings) -> FrontMatter:
    """The front matter and body of `text`. Faults are noted; a file without front matter has no keys."""
    opening = _FENCE.match(text)
    if opening is None:
        return FrontMatter(path, Mapping({}, {}, 1), text, 1, findings)
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        findings.fault(path, 1, "the front matter is opened here and never closed; end it with a line of ---")
        return FrontMatter(path, Mapping({}, {}, 1), text, 1, findings)
    end = min(closing.end() + 1, len(text))
    values = _mapping(path, text[opening.end() : closing.start()], findings)
    return FrontMatter(path, values, text[end:], text.count("\n", 0, end) + 1, findings)


def _mapping(path: str, text: str, findings: Findings) -> Mapping:
    try:
        value: Value | None = read_yaml(text, 2)
    except YamlError as error:
        findings.fault(path, error.line, error.message)
        return Mapping({}, {}, 1)
    if isinstance(value, Mapping):
        return value
    if value is not None:
        findings.fault(path, value.line, "the front matter must be lines of `key: value`; write *** for a rule")
    return Mapping({}, {}, 1)
