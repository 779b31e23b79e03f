"""`python -m support.chat.contract`: write all that is made from the frames' definitions."""

from __future__ import annotations

from support.chat.contract.documents import documents


def main() -> None:
    """Write each document, and name those that changed."""
    for path, text in documents().items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"written {path}")


if __name__ == "__main__":
    main()
