"""A stranger verifies: without the engine, its CEL library, a shop folder or a record."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.support.policy.proofs.exhaustive import read
from tests.support.policy.proofs.generated import cases

ROOT = Path(__file__).parents[4]
ENGINE = (
    "cel", "support.policy.engine", "support.policy.ruling", "support.policy.expression", "support.policy.versions",
    "support.policy.facts", "support.policy.fact_values", "support.policy.money", "support.policy.proof",
    "support.policy.decision", "support.bootstrap", "sqlalchemy", "yaml",
)  # fmt: skip
CODE = f"""
import json, sys
sys.modules.update(dict.fromkeys({ENGINE!r}))
from support.policy.verify import verify
for line in sys.stdin:
    print(json.dumps(verify(json.loads(line))))
"""


def test_the_engine_is_not_needed() -> None:
    """`anxin policy verify` re-derives the verdict from the proof alone, in code that does not share the engine's
    evaluation."""
    proofs = [read(case) for case in cases(11, 60)]
    forged = [{**proof, "verdict": "grant" if proof["verdict"] != "grant" else "refuse"} for proof in proofs]
    lines = "\n".join(map(json.dumps, (*proofs, *forged)))
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, input=lines, capture_output=True, text=True, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers[:60] == [[]] * 60
    assert all(any(fault.startswith("verdict: ") for fault in answer) for answer in answers[60:])
