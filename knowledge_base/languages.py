"""Language tags, as `zh-CN` and `en`, and the language that a file's path tells."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_TAG = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z]{4}))?(?:-([A-Za-z]{2}|[0-9]{3}))?", re.ASCII)


def canonical(tag: str) -> str | None:
    """`zh-CN` for `zh-cn` or `zh_CN`; None for what is no language tag."""
    match = _TAG.fullmatch(tag.strip().replace("_", "-"))
    if match is None:
        return None
    language, script, region = match.groups()
    parts = (language.lower(), script.title() if script else None, region.upper() if region else None)
    return "-".join(part for part in parts if part)


def among(tag: str, languages: tuple[str, ...]) -> str | None:
    """What a tag means beside `languages`: one of them (`zh-CN` for `zh` where no other Chinese is), else itself.

    None for what is no language tag.
    """
    wanted = canonical(tag)
    if wanted is None or wanted in languages:
        return wanted
    near = [language for language in languages if language.split("-")[0] == wanted]
    return near[0] if len(near) == 1 else wanted


def of_path(path: str, languages: tuple[str, ...]) -> tuple[str, str | None]:
    """A file's name without its endings, and the language that a folder (`en/`) or an ending (`.en.md`) tells."""
    pure = PurePosixPath(path)
    stem, _, ending = pure.stem.rpartition(".")
    if stem and (found := among(ending, languages)) in languages:
        return stem, found
    for part in reversed(pure.parts[1:-1]):
        if (found := among(part, languages)) in languages:
            return pure.stem, found
    return pure.stem, None
