"""CPU time and peak memory of the whole run, stage by stage.

``python benchmarks/speed_run.py [ARTICLES ...]`` makes a corpus per size (default 10,000; see make_corpus),
runs the notebooks on it, each in a kernel of its own, and prints CPU seconds (kernel start, imports and
figures included: ``dateline run``, with one kernel for all, needs less) and the kernel's peak resident
memory. Seconds on a shared machine are noisy: read them as sizes. Of several sizes it prints how each stage
grows: the exponent of articles, from the smallest to the largest. With ``--peers`` the usual stack reads
the same articles beside our steps, in one process (`speed_peers`).
"""

import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import speed_peers

from helpers import runner

HERE = Path(__file__).resolve().parent

# Appended to each notebook: what the kernel has used so far.
USAGE = (
    "import resource\n"
    "_u = resource.getrusage(resource.RUSAGE_SELF)\n"
    "print(_u.ru_utime + _u.ru_stime, _u.ru_maxrss)"
)


def measure(corpus: Path, out: Path) -> list[tuple[str, float, float]]:
    """Run the stages on `corpus`; name, CPU seconds and peak MB of each kernel."""
    (out / "notebooks").mkdir(parents=True)
    rows = []
    for stage in runner.STAGES:
        book = nbformat.read(runner.notebook_path(stage), as_version=4)
        known, values = runner.parameters(book.cells), {"OUT": str(out), "ARTICLES": str(corpus)}
        values = {name: value for name, value in values.items() if name in known}
        book.cells.append(nbformat.v4.new_code_cell(USAGE))
        source = out / "notebooks" / f"{stage}.ipynb"
        nbformat.write(book, source)
        runner.execute(source, source, folder=source.parent, values=values, env={"DATELINE_OUT": ""})
        text = nbformat.read(source, as_version=4).cells[-1].outputs[0].text.split()
        rows.append((stage, float(text[0]), float(text[1]) / 1024))
    return rows


def main(sizes: list[int], *, peers: bool) -> None:
    """Make a corpus of each size, run it, and print what it took."""
    used: dict[int, dict[str, float]] = {}
    for n in sizes:
        print(f"{n:,} articles of 400 words")
        with tempfile.TemporaryDirectory() as folder:
            corpus = Path(folder, "corpus.jsonl")
            subprocess.run(
                [sys.executable, str(HERE / "make_corpus.py"), str(n), str(corpus)],
                check=True,
            )
            if peers:
                speed_peers.compare(corpus)
                continue
            started = time.perf_counter()
            rows = measure(corpus, Path(folder, "out"))
            wall = time.perf_counter() - started
        used[n] = {stage: seconds for stage, seconds, _ in rows}
        for stage, seconds, megabytes in rows:
            print(f"  {stage:14} {seconds:7.1f} CPU s {megabytes:7.0f} MB")
        print(f"  {'all':14} {sum(used[n].values()):7.1f} CPU s, {wall:.0f} s on the clock")
    if len(used) > 1:
        low, high = min(used), max(used)
        for stage, seconds in used[high].items():
            exponent = math.log(seconds / used[low][stage]) / math.log(high / low)
            print(f"{stage:14} grows with the {exponent:.2f}th power from {low:,} to {high:,} articles")


if __name__ == "__main__":
    asked = [int(size.replace(",", "")) for size in sys.argv[1:] if size != "--peers"]
    main(asked or [10_000], peers="--peers" in sys.argv)
