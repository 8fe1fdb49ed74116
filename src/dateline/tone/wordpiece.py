"""Word pieces of lower-cased English text, as BERT's vocabulary cuts words.

The longest piece that the vocabulary has, from the left (Y. Wu et al., "Google's Neural Machine Translation
System", arXiv:1609.08144, section 4.1). Written here because the trainer and the reader have to cut words in
one way, and a tokenizer library of 10 MB would be needed for these few lines only.
"""

import re
import unicodedata
from collections.abc import Sequence

UNKNOWN = "[UNK]"
# Longer words are no words.
LONGEST_WORD = 60
_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")


class Pieces:
    """Cuts texts into numbers of pieces.

    Parameters
    ----------
    vocabulary
        Pieces, one a number; those inside a word begin with ``##``. It holds `UNKNOWN`.

    Examples
    --------
    >>> cut = Pieces(["[UNK]", "ferry", "sail", "##ed", "."])
    >>> cut("Férry sailed. 東")
    [1, 2, 3, 4, 0]
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.number = {piece: i for i, piece in enumerate(vocabulary)}
        self._known: dict[str, list[int]] = {}

    def __call__(self, text: str) -> list[int]:
        """Give the numbers of a text's pieces; case and accents are dropped."""
        plain = text.lower()
        if not plain.isascii():
            parts = unicodedata.normalize("NFD", plain)
            plain = "".join(c for c in parts if unicodedata.category(c) != "Mn")
        found: list[int] = []
        for word in _WORD.findall(plain):
            if word not in self._known:
                self._known[word] = self._cut(word)
            found += self._known[word]
        return found

    def _cut(self, word: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(word) <= LONGEST_WORD:
            lead = "##" if start else ""
            for end in range(len(word), start, -1):
                if lead + word[start:end] in self.number:
                    found.append(self.number[lead + word[start:end]])
                    start = end
                    break
            else:
                break
        return found if found and start == len(word) else [self.number[UNKNOWN]]
