"""What a model is told to do, apart from what it is given to do it with."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def prompt(name: str) -> str:
    """The instructions in `name`.txt."""
    return files(__name__).joinpath(f"{name}.txt").read_text("utf-8").strip()
