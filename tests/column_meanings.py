"""Write the data dictionary of data/README.md as the table that tables.xlsx shows: run it when that changes.

``python tests/column_meanings.py``; tests/helpers/test_office.py compares the two.
"""

import re
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "src" / "helpers" / "resources" / "columns.csv"


def read_dictionary():
    """Table, column, type and meaning of each row of the data dictionary."""
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8").partition("## Data dictionary")[2]
    rows = []
    for section in re.split(r"(?m)^### ", text)[1:]:
        name, _, body = section.partition("\n")
        for line in re.findall(r"(?m)^\| `.*\|$", body):
            cells = [
                cell.strip().replace("`", "").replace("\\|", "|")
                for cell in re.split(r"(?<!\\)\|", line)[1:-1]
            ]
            rows.append([name.strip(), *cells])
    rows = [row for row in rows if len(row) == 4 and " " not in row[0]]
    return pd.DataFrame(rows, columns=["table", "column", "type", "meaning"])


if __name__ == "__main__":
    read_dictionary().to_csv(TARGET, index=False, lineterminator="\n")
