"""
UnreadableFile   bytes that are no readable text; says at which line and what to do

Text files of a shop folder: UTF-8, with or without a byte order mark, with any line ends.
"""

from __future__ import annotations

from knowledge_base.findings import Findings

_OTHER_MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


class UnreadableFile(ValueError):
    """A file that is no text in UTF-8: at which line, and what to do."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def decode(content: bytes) -> str:
    """The text, without its byte order mark; line ends are kept as they are. Raises UnreadableFile."""
    for mark, name in _OTHER_MARKS:
        if content.startswith(mark):
            raise UnreadableFile(1, f"the file is {name}; save it as UTF-8")
    if (at := content.find(b"\0")) >= 0:
        raise UnreadableFile(
            _line(content, at), "a NUL byte stands here, so this is no text file; save it as UTF-8 text"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(_line(content, error.start), _not_utf8(content)) from error


def _line(content: bytes, at: int) -> int:
    return content.count(b"\n", 0, at) + 1


def _not_utf8(content: bytes) -> str:
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return "this is not UTF-8; save the file as UTF-8"
    return "this is not UTF-8, perhaps GBK; save the file as UTF-8 (in Excel: CSV UTF-8)"


def read_text(path: str, content: bytes, findings: Findings) -> str | None:
    """The text of a file, or None with a fault noted."""
    try:
        return decode(content)
    except UnreadableFile as unreadable:
        findings.fault(path, unreadable.line, unreadable.message)
        return None
