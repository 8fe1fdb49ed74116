"""What the tests of text rules share: cases by kind, and time that grows with the length."""

import json
import time
from pathlib import Path

import pytest

CASES = Path(__file__).parent / "cases"


def cases(name, *kinds):
    """Parameters from cases/name.json; known failures must fail."""
    return [
        pytest.param(
            case,
            id=f"{kind}: {case['name']}",
            marks=[pytest.mark.xfail(strict=True)] if kind == "known failures" else [],
        )
        for kind in kinds
        for case in json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))[kind]
    ]


def seconds(do, *args, runs=3, **options):
    """Least CPU time of some calls, so that a busy machine changes little."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        do(*args, **options)
        best = min(best, time.process_time() - start)
    return best
