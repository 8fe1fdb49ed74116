"""CPU time and peak memory of the whole run, stage by stage.

``python benchmarks/speed_run.py [ARTICLES ...]`` makes a corpus per size (default 10,000; see make_corpus),
runs ``dateline run`` on it and prints, per notebook, CPU seconds (kernel start, imports and figures included)
and the kernel's peak resident memory. Seconds on a shared machine are noisy: read them as sizes.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

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


def main(sizes: list[int]) -> None:
    for n in sizes:
        with tempfile.TemporaryDirectory() as folder:
            corpus = Path(folder, "corpus.jsonl")
            subprocess.run(
                [sys.executable, str(HERE / "make_corpus.py"), str(n), str(corpus)],
                check=True,
            )
            started = time.perf_counter()
            rows = measure(corpus, Path(folder, "out"))
            wall = time.perf_counter() - started
        print(f"{n:,} articles of 400 words")
        for stage, seconds, megabytes in rows:
            print(f"  {stage:14} {seconds:7.1f} CPU s {megabytes:7.0f} MB")
        print(f"  {'all':14} {sum(row[1] for row in rows):7.1f} CPU s, {wall:.0f} s on the clock")


if __name__ == "__main__":
    main([int(size.replace(",", "")) for size in sys.argv[1:]] or [10_000])
