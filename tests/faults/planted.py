"""`python -m tests.faults.planted FAULT …`: the command `anxin` with a fault put into it, and into its workers."""

from __future__ import annotations

import sys

from support.cli.app import main
from tests.faults.mutations import MUTATIONS

if __name__ == "__main__":
    MUTATIONS[sys.argv.pop(1)]()
    main()
