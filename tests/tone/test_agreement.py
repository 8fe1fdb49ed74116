from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score
from tone_texts import corpus, scored

from dateline import tables
from dateline.tone import agreement, differences, targets, vader

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


class TestCheckSheet:
    def units(self, n=60):
        labels = np.array(differences.LABELS)[np.arange(n) % 3]
        texts = [f"Sentence {number}." for number in range(n)]
        ids = [f"{number % 15:02d}.txt" for number in range(n)]
        units = pd.DataFrame({"article_id": ids, "sentence": range(n), "text": texts, "label": labels})
        return units.assign(score=np.arange(n) / n)

    def test_ids_that_look_like_formulas_come_back(self, tmp_path):
        ids = ["-a.txt", "=b.txt", "'c.txt"]
        units = pd.DataFrame({"article_id": ids, "sentence": 0, "text": "=One two.", "label": list("xyz")})
        tables.csv(
            units.rename(columns={"text": "sentence_start_words", "label": "tone"}), tmp_path / "a.csv"
        )
        assert agreement.locate_sentences(agreement.read_sheet(tmp_path / "a.csv"), units)[
            "row"
        ].tolist() == [0, 1, 2]

    def test_words_that_are_a_whole_sentence_mean_that_one(self):
        units = pd.DataFrame({"article_id": "a", "text": ["Talks fail as rain comes.", "Talks  fail", "So."]})
        begins = ["Talks fail", "Talks fail as", "“So", "", " “", "Rain"]
        sheet = pd.DataFrame({"article_id": "a", "sentence_start_words": begins})
        assert agreement.locate_sentences(sheet, units)["row"].tolist() == [1, 0, 2, -1, -1, -1]

    def test_shows_no_score_and_draws_from_each_label(self):
        sheet, key = agreement.draw_sheet(self.units(), n=30, seed=1)
        assert list(sheet) == list(agreement.COLUMNS) and (sheet["tone"] == "").all()
        found = agreement.locate_sentences(sheet, self.units())
        assert self.units()["label"].iloc[found["row"]].value_counts().tolist() == [10, 10, 10]
        again, _ = agreement.draw_sheet(self.units().sample(frac=1, random_state=0), n=30, seed=1)
        assert again.equals(sheet)
        # the key has what the sheet hides, row for row
        assert key["label"].tolist() == self.units()["label"].iloc[found["row"]].tolist()
        assert key["in_corpus"].unique().tolist() == [20]

    def test_perfect_and_opposite_labels(self):
        units = self.units()
        found = agreement.locate_sentences(agreement.draw_sheet(units, n=60)[0], units)
        for tone, accuracy, kappa in (
            (units["label"], 1, 1),
            (units["label"].shift(-1).fillna("x"), 0, -0.5),
        ):
            filled = found.assign(tone=tone.iloc[found["row"]].to_numpy())
            check = agreement.compare_sheet(filled, units["label"])
            value = check.measures["value"]
            tone = filled["tone"], units["label"].iloc[filled["row"]].to_numpy()
            comparable = filled["tone"].isin(differences.LABELS)
            expected = cohen_kappa_score(tone[0][comparable], tone[1][comparable])
            assert value["kappa"] == pytest.approx(expected, abs=1e-6)
            assert value["accuracy"] == accuracy and value["kappa"] == pytest.approx(kappa, abs=0.02)

    def test_only_a_sheet_drawn_at_random_speaks_of_the_corpus(self):
        units = self.units()
        sheet, _ = agreement.draw_sheet(units, n=60)
        for drawn, rows in (("seed 0", 60), ("seed 0", 20), ("by hand", 60)):
            found = agreement.locate_sentences(sheet.assign(drawn=drawn), units).assign(tone="neutral")
            check = agreement.compare_sheet(found.head(rows), units["label"])
            assert ("accuracy in the corpus" in check.measures.index) == ((drawn, rows) == ("seed 0", 60))

    def test_accuracy_in_the_corpus_is_found_behind_a_wrong_dictionary(self):
        """The dictionary finds half of the negative sentences, and one neutral sentence in five positive."""
        rng = np.random.default_rng(3)
        truth = rng.choice(differences.LABELS, 3000, p=[0.3, 0.6, 0.1])
        lot = rng.random(3000)
        label = np.where((truth == "negative") & (lot < 0.5), "neutral", truth)
        label = np.where((truth == "neutral") & (lot < 0.2), "positive", label)
        units = pd.DataFrame({"article_id": [f"{n // 10:03d}" for n in range(3000)], "sentence": range(3000)})
        units = units.assign(text=[f"Sentence {n}." for n in range(3000)], label=label, score=0.0)
        inside, share = [], (label == truth).mean()
        for seed in range(20):
            found = agreement.locate_sentences(agreement.draw_sheet(units, n=90, seed=seed)[0], units)
            filled = found.assign(tone=truth[found["row"]])
            check = agreement.compare_sheet(filled, units["label"])
            value, low, high = check.measures.loc["accuracy in the corpus"]
            inside.append(low <= share <= high)
            assert abs(value - share) < 0.2 and value != check.measures.loc["accuracy", "value"]
        assert np.mean(inside) >= 0.8

    def test_a_few_articles_have_no_interval(self):
        units = self.units()
        found = agreement.locate_sentences(agreement.draw_sheet(units, n=60)[0], units).assign(tone="neutral")
        for n in (7, 8):
            few = found[found["article_id"].isin(found["article_id"].unique()[:n])]
            check = agreement.compare_sheet(few, units["label"])
            assert check.measures.loc["accuracy", ["low", "high"]].notna().all() == (n == 8)

    def test_sentences_of_one_article_are_no_independent_evidence(self):
        units = self.units(300)
        units["article_id"] = [f"{number // 30:02d}.txt" for number in range(300)]
        sheet, _ = agreement.draw_sheet(units, n=300)
        found = agreement.locate_sentences(sheet, units)
        right = found["article_id"] < "05"
        tone = np.where(right, units["label"].iloc[found["row"]], "neutral")
        check = agreement.compare_sheet(found.assign(tone=tone), units["label"])
        value, low, high = check.measures.loc["accuracy"]
        # as if independent, the interval would be 2 × 1.96 × √(p(1 − p)/300) ≈ 0.11 wide
        assert high - low > 0.3 and low < value < high and check.n_articles == 10

    def test_a_sheet_of_names_is_compared_with_the_model(self):
        aimed = pd.DataFrame(
            {"entity": ["Maren Oak", "Odo"], "label": ["positive", targets.NOT_EVALUATED]}, index=[0, 1]
        )
        entities = pd.DataFrame({"entity": ["Maren Oak", "Odo"], "aliases": ["Maren Oak; Oak", "Odo"]})
        found = pd.DataFrame({"row": [0, 1, -1], "target": ["Oak", "Odo", "Lee"], "tone": "positive"})
        found = found.assign(article_id="a", drawn="by hand")
        computed = agreement.label_names(found, aimed, entities)
        assert computed["computed"].tolist() == ["positive", targets.NOT_EVALUATED, ""]
        check = agreement.compare_sheet(computed, aimed["label"])
        assert (check.n, check.missed) == (1, 2)
        units = self.units().assign(entity="Odo")
        assert list(agreement.draw_sheet(units)[0]) == [
            *agreement.COLUMNS[:2],
            "target",
            *agreement.COLUMNS[2:],
        ]

    def test_reads_only_what_was_filled_in(self, tmp_path):
        sheet, _ = agreement.draw_sheet(self.units(), n=30)
        sheet.loc[0, "tone"] = " Positive "
        sheet.to_csv(tmp_path / "sheet.csv", index=False)
        assert agreement.read_sheet(tmp_path / "sheet.csv")["tone"].tolist() == ["positive"]
        assert agreement.read_sheet(tmp_path / "none.csv").empty
        (tmp_path / "other.csv").write_text("a,b\n1,2\n")
        with pytest.raises(ValueError, match="no column article_id, sentence_start_words, tone"):
            agreement.read_sheet(tmp_path / "other.csv")
        head = "article_id;sentence_start_words;tone\n"
        (tmp_path / "other.csv").write_text(f"{head}'-a.txt;Zoë said; Positive\n", encoding="utf-8")
        assert agreement.read_sheet(tmp_path / "other.csv").iloc[0].tolist() == [
            "-a.txt",
            "Zoë said",
            "positive",
        ]
        for data in (
            b"",
            f"{head}a.txt;One;two;neutral\n".encode(),
            f"{head}a;Zoë;neutral\n".encode("cp1252"),
        ):
            (tmp_path / "other.csv").write_bytes(data)
            with pytest.raises(tables.OwnFileError, match=r"other\.csv"):
                agreement.read_sheet(tmp_path / "other.csv")

    def test_new_sheets_are_written_and_filled_ones_compared(self, tmp_path):
        articles, sentences = corpus(["A good day.", "Odo left."], ["An awful day.", "It rained."])
        units = differences.counted_sentences(scored(articles, sentences).table, articles)
        aimed = pd.DataFrame({"article_id": "000.txt", "sentence": [1, 0], "entity": "Odo", "score": 0.0})
        aimed = aimed.assign(label=["positive", targets.NOT_EVALUATED]).set_axis([1, 0])
        entities = {"kind": "person", "aliases": "Odo", "n_articles": 1, "n_mentions": 1}
        entities = pd.DataFrame(
            {"entity": ["Odo"], **entities, "first_published": pd.NaT, "last_published": pd.NaT}
        )
        tables.write(entities, "entities", tmp_path)
        checks = agreement.exchange_sheets(units, aimed, sentences, out=tmp_path, n=9)
        assert [check.n for check in checks.values()] == [0, 0]
        folder, filled = tmp_path / "tables", []
        for name, n, tone in (("sheet", 4, "neutral"), ("names", 1, "positive")):
            sheet = pd.read_csv(folder / f"04-check-{name}.csv", keep_default_na=False)
            assert len(sheet) == n and (sheet["tone"] == "").all()
            filled.append(str(tmp_path / f"{name}.csv"))
            sheet.assign(tone=tone).to_csv(filled[-1], index=False)
        assert len(pd.read_csv(folder / "04-check-key.csv")) == 4
        assert pd.read_csv(folder / "04-check-names-key.csv")["label"].tolist() == ["positive"]
        checks = agreement.exchange_sheets(units, aimed, sentences, out=tmp_path, filled=tuple(filled))
        accuracy = [check.measures.loc["accuracy", "value"] for check in checks.values()]
        assert accuracy == [0.5, 1] and [check.n for check in checks.values()] == [4, 1]

    def test_a_sheet_for_other_articles_is_passed_over(self):
        sheet = agreement.draw_sheet(self.units())[0].assign(article_id="elsewhere", tone="neutral")
        found = agreement.locate_sentences(sheet, self.units())
        check = agreement.compare_sheet(found, self.units()["label"])
        assert (check.n, check.missed) == (0, len(sheet)) and check.measures["value"].isna().all()
        both = {"dictionary": check}
        assert agreement.list_measures(both).empty


def test_judging_sentences_of_the_sample_are_told_apart():
    truth = agreement.read_sheet(SAMPLE / "truth" / "tone.csv")
    begins = truth["sentence_start_words"].str.split().str.join(" ")
    found = []
    for article_id, begin in zip(truth["article_id"], begins, strict=True):
        path = SAMPLE / "articles" / article_id
        if path.suffix == ".txt":
            text = " ".join(path.read_text(encoding="utf-8", errors="replace").split())
            at = text.find(begin)
            found.append(text[at : at + 300].split(". ")[0] if at >= 0 else begin)
        else:
            found.append("")
    known = truth.assign(text=found).query("text != ''")
    articles, sentences = corpus(*known["text"])
    labels = differences.label_scores(
        scored(articles, sentences, vader.event_word_list()["word"]).table["score"]
    )
    wrong_sign = (
        (labels != known["tone"].to_numpy()) & (labels != "neutral") & (known["tone"].to_numpy() != "neutral")
    )
    assert wrong_sign.mean() < 0.25 and (labels == known["tone"].to_numpy()).mean() > 0.55
