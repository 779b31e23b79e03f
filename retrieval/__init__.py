"""Finding: articles, clauses and products as passages, ranked for a question."""

from __future__ import annotations

import os

# One question at a time is the load here: more BLAS threads were slower and burned several times the CPU.
# The libraries read these once, when they are first loaded, so they are set before numpy is.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
