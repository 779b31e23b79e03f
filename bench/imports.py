"""`import_light`: what importing the web application drags in."""

from __future__ import annotations

import json
import subprocess
import sys

from evals.report import Row

HEAVY = ("torch", "chromadb", "langchain", "sentence_transformers")
PROGRAM = """
import json, sys, time
started = time.process_time()
import support.web.app
print(json.dumps([sorted(sys.modules), time.process_time() - started]))
"""


def measure() -> list[Row]:
    """How many of the heavy modules are there, in a fresh process; the seconds that it took stand in the note."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    modules, seconds = json.loads(done.stdout.splitlines()[-1])
    found = [name for name in HEAVY if name in modules]
    note = f"{', '.join(found)} · {seconds:.2f} s of CPU" if found else f"{seconds:.2f} s of CPU"
    return [Row("import_light", len(found), "modules", len(HEAVY), note=note)]
