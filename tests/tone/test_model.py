import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dateline.tone import model as engine
from dateline.tone.model import LONGEST_WORD, UNKNOWN, WordPieces

CUT = WordPieces(
    ["[UNK]", "[CLS]", "[SEP]", "[unused1]", "[unused2]", "ferry", "sail", "##ed", "##s", ".", "a"]
)


def tiny(seed=0, steps=engine.WEIGHT_STEPS):
    """A model of random weights, 24 numbers wide."""
    rng, size, inner = np.random.default_rng(seed), 24, 48

    def dense(name, rows, columns):
        return {
            f"{name}.whole": rng.integers(-steps, steps + 1, (rows, columns)).astype(np.int8),
            f"{name}.scale": np.full(rows, 0.01, np.float16),
            f"{name}.bias": rng.normal(size=rows).astype(np.float16),
        }

    def norm(name):
        return {f"{name}.weight": np.ones(size, np.float16), f"{name}.bias": np.zeros(size, np.float16)}

    def layer(name):
        return {
            **dense(f"{name}.attention", 3 * size, size),
            **dense(f"{name}.mixed", size, size),
            **norm(f"{name}.mixed.norm"),
            **dense(f"{name}.inner", inner, size),
            **dense(f"{name}.outer", size, inner),
            **norm(f"{name}.outer.norm"),
        }

    return {
        "vocabulary": np.frombuffer("\n".join(CUT.number).encode(), np.uint8),
        "pieces.whole": rng.integers(-7, 8, (len(CUT.number), size)).astype(np.int8),
        "pieces.scale": np.full((len(CUT.number), 1), 0.1, np.float16),
        "places": rng.normal(size=(128, size)).astype(np.float16),
        **norm("norm"),
        **layer("layer.0"),
        **layer("layer.1"),
        "head.weight": rng.normal(size=(3, 3 * size)).astype(np.float16),
        "head.bias": np.zeros(3, np.float16),
        "temperature": np.ones((), np.float16),
    }


class TestPieces:
    def test_the_longest_pieces_from_the_left(self):
        pieces = list(CUT.number)
        assert [pieces[k] for k in CUT("A férry SAILED. sails zzz")] == [
            "a", "ferry", "sail", "##ed", ".", "sail", "##s", UNKNOWN,
        ]  # fmt: skip

    @given(st.text())
    @example("ﬁ\u0345\u2028ß" * 40)
    @example("a" * (LONGEST_WORD + 1))
    def test_any_text_gives_pieces_of_the_vocabulary(self, text):
        assert set(CUT(text)) <= set(CUT.number.values())
        assert CUT(text) == WordPieces(list(CUT.number))(text)


class TestMark:
    @given(st.text(alphabet="a ferrysailed.é", max_size=600), st.data())
    def test_marks_stand_around_the_target_and_the_rest_is_shortened(self, text, data):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        found = engine.mark_target(CUT, text, start, end)
        assert len(found.pieces) <= engine.LONGEST
        assert found.pieces[found.start] == CUT.number[engine.OPEN]
        assert found.pieces[found.end - 1] == CUT.number[engine.CLOSE]
        assert 1 <= found.end - found.start - 2 <= engine.LONGEST_TARGET

    def test_what_is_near_the_target_stays_and_no_room_is_wasted(self):
        for before, after in ((300, 0), (0, 300), (300, 300), (20, 300), (300, 20)):
            text = "ferry " * before + "sails" + " a" * after
            found = engine.mark_target(CUT, text, 6 * before, 6 * before + 5)
            assert len(found.pieces) == engine.LONGEST
            assert found.start - 1 >= min(before, 52) and engine.LONGEST - found.end - 1 >= min(after, 52)


class TestRead:
    def test_is_what_plain_arithmetic_gives(self):
        """The same model in float64, without whole numbers and tables."""
        arrays = {name: a.astype(float) for name, a in tiny().items() if name != "vocabulary"}
        from scipy.special import erf, softmax

        def dense(x, name):
            weight = arrays[f"{name}.whole"] * arrays[f"{name}.scale"][:, None]
            return x @ weight.T + arrays[f"{name}.bias"]

        def norm(x):
            x = x - x.mean(-1, keepdims=True)
            return x / np.sqrt((x * x).mean(-1, keepdims=True))

        one = engine.mark_target(CUT, "A ferry sailed. Sails.", 2, 7)
        x = norm(
            (arrays["pieces.whole"] * arrays["pieces.scale"])[list(one.pieces)]
            + arrays["places"][: len(one.pieces)]
        )
        for layer in ("layer.0", "layer.1"):
            mean = x.mean(0)
            query, key, value = (
                dense(x, f"{layer}.attention").reshape(len(x), 3, engine.HEADS, -1).transpose(1, 2, 0, 3)
            )
            fit = softmax(query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1]), axis=-1)
            x = norm(x + dense((fit @ value).transpose(1, 0, 2).reshape(len(x), -1), f"{layer}.mixed"))
            inner = dense(x, f"{layer}.inner")
            x = norm(x + dense(inner * (1 + erf(inner / np.sqrt(2))) / 2, f"{layer}.outer"))
        whole = np.concatenate([x[0], mean, x[one.start : one.end].mean(0)])
        want = whole @ arrays["head.weight"].T
        got = engine.tone_logits(["A ferry sailed. Sails."], [2], [7], model=engine.build_model(tiny()))[0]
        assert np.allclose(got, want, atol=0.03 * np.abs(want).max() + 0.1)

    def test_a_row_does_not_depend_on_the_others(self):
        texts = ["A ferry sailed.", "Sails.", "A ferry sails. A ferry.", "A ferry sails."] * 50
        model = engine.build_model(tiny(1))
        together = engine.tone_probabilities(texts, [0] * 200, [1] * 200, model=model)
        alone = [engine.tone_probabilities([text], [0], [1], model=model)[0] for text in texts[:4]]
        assert (together.reshape(50, 4, 3) == np.array(alone)).all()

    def test_however_many_threads_and_batches(self, monkeypatch):
        texts = [" ".join(["ferry"] * (1 + k % 9) + ["sails."] * (k // 9)) for k in range(45)]
        ends = [5 if k % 2 else max(text.find("."), 5) for k, text in enumerate(texts)]
        model, found = engine.build_model(tiny(2)), []
        for threads, pieces in ((1, 512), (4, 512), (3, 1)):
            monkeypatch.setattr(engine.os, "cpu_count", lambda n=threads: n)
            monkeypatch.setattr(engine, "BATCH", pieces)
            found.append(engine.tone_probabilities(texts, [0] * 45, ends, model=model))
        assert (found[0] == found[1]).all() and (found[0] == found[2]).all()
        assert len(np.unique(found[0], axis=0)) > 20

    def test_sums_stay_where_float32_is_exact(self):
        wholes = [a for name, a in engine.load_model().arrays.items() if name.endswith(".whole")]
        assert len(wholes) == 20  # five matrices in each of four layers
        for whole in wholes:
            assert np.abs(whole).sum(0).max() * engine.STEPS < 2**24
            assert (whole == np.rint(whole)).all()
        assert engine.LONGEST * engine.ATTENTION_STEPS * engine.STEPS < 2**24

    def test_no_text_no_row(self):
        assert engine.tone_probabilities([], [], []).shape == (0, 3)

    @pytest.mark.parametrize(
        ("label", "text", "name"),
        [
            ("negative", "Odo Brand is a liar who betrayed his own town, the auditors found.", "Odo Brand"),
            ("negative", "The senator was convicted of fraud and disgraced.", "senator"),
            ("positive", "Maren Aldhove is a brave and brilliant mayor, the teachers said.", "Maren Aldhove"),
            ("positive", "Everyone praised the nurse for her wonderful work.", "the nurse"),
            ("neutral", "Odo Brand will travel to the harbour on Tuesday.", "Odo Brand"),
            ("neutral", "The committee meets again in March, the clerk said.", "The committee"),
        ],
    )
    def test_reads_what_nobody_doubts(self, label, text, name):
        start = text.index(name)
        assert (
            engine.LABELS[engine.tone_probabilities([text], [start], [start + len(name)])[0].argmax()]
            == label
        )

    def test_the_same_bytes_on_other_processors(self):
        """Other matrix products and no vector instructions; only x86 can pretend to be another processor."""
        code = (
            "from dateline.tone import model as engine\n"
            "t = 'The ferry that Odo Brand built was late, and he lied.';"
            "print(engine.tone_logits([t, t], [15, 0], [24, 9], model=engine.load_model()).tobytes().hex())"
        )
        plain = {key: value for key, value in os.environ.items() if not key.startswith("OPENBLAS_CORE")}
        command = [sys.executable, "-W", "ignore", "-c", code]
        others = {}, {"OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "1"}
        runs = [subprocess.run(command, env=plain | more, capture_output=True, check=True) for more in others]
        found = {run.stdout for run in runs}
        assert len(found) == 1 and found.pop().strip()
