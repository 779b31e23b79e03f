"""`anxin` and `python -m support`."""

from __future__ import annotations

from support.cli.app import main

if __name__ == "__main__":
    main()
