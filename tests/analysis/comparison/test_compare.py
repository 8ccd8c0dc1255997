"""Runs are compared with each other, example by example, whatever state their folders are in."""

import random
import warnings

import pytest

from promptlab.analysis.comparison.compare import compare
from promptlab.analysis.statistics import holm, mcnemar, wilson
from promptlab.records.files import Records, read_result
from promptlab.types import Answer, Example, Question, Trial


def run(folder, name, scores, *, dataset="sst2", finished=True, metric="accuracy", ids="example"):
    """Write a run whose trials have these scores."""
    records = Records(folder / name.replace("=", "-"))
    records.append(
        [
            Trial(
                Example(Question(f"{ids}-{number}", f"Text {number}?"), "yes"),
                (),
                (),
                Answer("yes" if score else "no"),
                {} if score is None else {metric: float(score)},
            )
            for number, score in enumerate(scores)
        ]
    )
    if finished:
        metrics = {"n": len(scores), "prompt_tokens": 100, "completion_tokens": 10, "calls": 7}
        result = {"name": name, "dataset": dataset, "metrics": metrics, "timings": {"seconds": 2.0}}
        records.write_result(result)
    return records


def right(share, n=100, seed=0):
    """Right and wrong answers; variants of the same seed are right on the same examples."""
    return [int(random.Random(f"{seed}:{number}").random() < share) for number in range(n)]


@pytest.fixture
def sweep(tmp_path):
    run(tmp_path, "random", right(0.5))
    run(tmp_path, "knn", right(0.8))
    run(tmp_path, "bm25", right(0.78))
    return tmp_path


def test_variants_are_ranked_with_intervals_and_letters(sweep):
    (found,) = compare([sweep])
    assert (found.dataset, found.metric, found.notes) == ("sst2", "accuracy", ())
    assert [variant.name for variant in found.variants] == ["knn", "bm25", "random"]
    assert [variant.letters for variant in found.variants] == ["a", "a", "b"]
    best = found.variants[0]
    assert best.low < best.mean == sum(right(0.8)) / 100 < best.high
    assert best.examples == 100


def test_every_pair_is_tested_on_the_same_examples_and_corrected(sweep):
    (found,) = compare([sweep])
    assert [(pair.a, pair.b) for pair in found.pairs] == [
        ("knn", "bm25"),
        ("knn", "random"),
        ("bm25", "random"),
    ]
    raw = [mcnemar(pair.found.n10, pair.found.n01).pvalue for pair in found.pairs]
    assert [pair.found.pvalue for pair in found.pairs] == raw
    assert [pair.holm for pair in found.pairs] == pytest.approx(holm(raw).tolist())
    assert all(pair.benjamini_hochberg <= pair.holm for pair in found.pairs)


def test_sentences_say_what_beats_what(sweep):
    (found,) = compare([sweep], baseline="random")
    assert found.sentences[0].startswith("knn and bm25 cannot be told apart with 100 examples")
    assert found.sentences[1].startswith("knn beats random by ")
    assert found.sentences[1].endswith(" after Holm")
    assert [(pair.a, pair.b) for pair in found.against_baseline] == [
        ("knn", "random"),
        ("bm25", "random"),
    ]
    planned = {pair.a: pair.holm for pair in found.against_baseline}
    assert all(planned[pair.a] <= pair.holm for pair in found.pairs if pair.b == "random")


def test_what_so_few_examples_can_show_is_said(sweep):
    (found,) = compare([sweep])
    assert 0.02 < found.detectable < 0.3


def test_half_written_and_broken_lines_are_told_and_the_rest_is_used(sweep):
    path = sweep / "knn" / "trials.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3] = b'{"id": "example-3", "scores": {"accuracy": "well"}}\n'
    lines[4] = b"\x00\xff not json\n"
    lines[99] = lines[99][:40]
    path.write_bytes(b"".join(lines))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (found,) = compare([sweep])
    assert f"{path}, line 4: broken, left out" in found.notes
    assert f"{path}, line 5: broken, left out" in found.notes
    assert f"{path}, line 100: half-written, left out" in found.notes
    assert any(note.startswith("knn: lacks 3 of 100 answers") for note in found.notes)
    assert {pair.found.n for pair in found.pairs} == {97, 100}


def test_an_unfinished_run_is_compared_on_what_it_has(sweep):
    run(sweep, "mmr", right(0.8, n=37), finished=False)
    (found,) = compare([sweep])
    assert "mmr: not finished, 37 trials so far" in found.notes
    assert {pair.found.n for pair in found.pairs if "mmr" in {pair.a, pair.b}} == {37}


def test_a_broken_result_is_told(sweep):
    (sweep / "knn" / "result.json").write_text("{", "utf-8")
    (found,) = compare([sweep])
    assert len(found.variants) == 3
    assert any("not JSON" in note for note in found.notes)


def test_runs_of_another_data_set_are_compared_apart(sweep):
    run(sweep, "trec-knn", right(0.6, n=50), dataset="trec", ids="trec")
    found = compare([sweep])
    assert [each.dataset for each in found] == ["sst2", "trec"]
    assert found[0].notes == ("trec-knn: run on trec, compared apart",)
    assert [variant.name for variant in found[1].variants] == ["trec-knn"]
    assert found[1].pairs == ()
    assert found[1].detectable is None


def test_an_id_that_means_another_question_is_not_paired(tmp_path):
    run(tmp_path, "knn", right(0.8))
    records = run(tmp_path, "old", right(0.7))
    text = records.trials_path.read_text("utf-8").replace("Text 5?", "Another text?")
    records.trials_path.write_text(text, "utf-8")
    (found,) = compare([tmp_path])
    assert found.pairs[0].found.n == 99


def test_runs_that_share_nothing_are_not_compared(tmp_path):
    run(tmp_path, "knn", right(0.8))
    run(tmp_path, "old", right(0.7), ids="other")
    (found,) = compare([tmp_path])
    assert found.pairs == ()
    assert "1 pair of variants shares no example and cannot be compared" in found.notes


def test_runs_of_the_same_name_are_told_apart_by_their_folders(tmp_path):
    run(tmp_path / "monday", "knn", right(0.8))
    run(tmp_path / "tuesday", "knn", right(0.7))
    (found,) = compare([tmp_path / "monday", tmp_path / "tuesday", tmp_path])
    assert [variant.name for variant in found.variants] == [
        f"knn ({tmp_path / 'monday' / 'knn'})",
        f"knn ({tmp_path / 'tuesday' / 'knn'})",
    ]


def test_of_several_seeds_one_can_be_named(tmp_path):
    for order in range(2):
        for seed in range(2):
            name = f"knn,selection.seed={seed},ordering.seed={order}"
            run(tmp_path, name, right(0.8, seed=seed))
    (found,) = compare([tmp_path], repeated="ordering.seed")
    assert {variant.name for variant in found.variants} == {
        "knn,selection.seed=0",
        "knn,selection.seed=1",
    }


def test_seeds_become_repetitions_of_the_same_examples(tmp_path):
    for seed in range(3):
        run(tmp_path, f"knn,seed={seed}", right(0.8, seed=seed))
        run(tmp_path, f"random,seed={seed}", right(0.6, seed=seed))
    (found,) = compare([tmp_path], repeated="seed")
    assert [variant.name for variant in found.variants] == ["knn", "random"]
    assert found.variants[0].examples == 100
    assert len(found.variants[0].run.scores) == 300
    (pair,) = found.pairs
    assert (pair.found.n, pair.found.examples, pair.found.method) == (300, 100, "sign flips")
    assert len(compare([tmp_path], repeated="")[0].variants) == 6


def test_graded_scores_are_compared_by_resampling(tmp_path):
    graded = [random.Random(f"{number}").random() for number in range(60)]
    run(tmp_path, "one", graded, metric="token_f1")
    run(tmp_path, "two", [score / 2 for score in graded], metric="token_f1")
    (found,) = compare([tmp_path], metric="token_f1")
    assert found.pairs[0].found.method == "sign flips"
    assert found.sentences[0].startswith("one beats two by ")


def test_trials_without_the_score_are_told(sweep):
    run(sweep, "ungraded", [None] * 10)
    run(sweep, "partly", [*right(0.8, n=99), None])
    (found,) = compare([sweep])
    assert "ungraded: no trial has 'accuracy', left out" in found.notes
    assert "partly: trials without 'accuracy': 1, left out" in found.notes


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda folder: compare([folder / "nowhere"]), FileNotFoundError, "no such folder"),
        (lambda folder: compare([folder / "empty"]), FileNotFoundError, r"no trials\.jsonl in it"),
        (lambda folder: compare([folder], metric="f1"), ValueError, "no run has a score 'f1'"),
        (lambda folder: compare([folder], baseline="kn"), ValueError, "expected one of bm25, knn"),
    ],
)
def test_what_cannot_be_found_is_named(sweep, call, error, said):
    (sweep / "empty").mkdir()
    with pytest.raises(error, match=said):
        call(sweep)


def test_copies_that_mlflow_keeps_are_not_runs(sweep):
    run(sweep / "mlruns" / "1", "knn", right(0.8))
    (found,) = compare([sweep])
    assert [variant.name for variant in found.variants] == ["knn", "bm25", "random"]


def test_every_pair_of_forty_variants_is_there(tmp_path):
    for variant in range(40):
        run(tmp_path, f"variant-{variant:02}", right(0.5 + variant / 100, n=300))
    (found,) = compare([tmp_path])
    assert len(found.pairs) == 780
    assert found.variants[0].name == "variant-39"


def test_a_few_easy_examples_do_not_make_the_best_variant(sweep):
    run(sweep, "lucky", [1] * 5, finished=False)
    (found,) = compare([sweep])
    assert [variant.name for variant in found.variants] == ["knn", "bm25", "random", "lucky"]
    assert any("lucky: lacks 95 of 100 answers; ranked after those" in n for n in found.notes)


def test_questions_that_share_an_id_are_examples_of_their_own(tmp_path):
    for name, share in (("knn", 0.8), ("random", 0.4)):
        records = Records(tmp_path / name)
        scores = right(share, 30)
        records.append(
            [
                Trial(
                    Example(Question("same", f"Text {number}?"), "yes"),
                    (),
                    (),
                    Answer("yes" if score else "no"),
                    {"accuracy": float(score)},
                )
                for number, score in enumerate(scores)
            ]
        )
    (found,) = compare([tmp_path])
    (pair,) = found.pairs
    assert (pair.found.n, pair.found.examples, pair.found.method) == (30, 30, "exact McNemar")
    assert [variant.examples for variant in found.variants] == [30, 30]


def test_repeated_answers_that_are_all_right_have_an_interval_all_the_same(tmp_path):
    for seed in range(3):
        run(tmp_path, f"knn,seed={seed}", [1] * 20)
        run(tmp_path, f"bm25,seed={seed}", [1] * 20)
        run(tmp_path, f"zero,seed={seed}", [0] * 20)
    (found,) = compare([tmp_path], repeated="seed")
    bm25, knn, zero = found.variants
    assert (knn.low, knn.high) == pytest.approx(wilson(20, 20))
    assert (zero.low, zero.high) == pytest.approx(wilson(0, 20))
    assert bm25.examples == 20
    ends = {(pair.a, pair.b): (pair.found.low, pair.found.high) for pair in found.pairs}
    assert ends["bm25", "knn"] == pytest.approx((-0.089, 0.089), abs=1e-3)
    low, high = ends["knn", "zero"]
    assert 0.75 < low < high == 1


def test_data_sets_of_one_name_are_compared_apart(tmp_path):
    for folder, names in (("de", ("knn", "bm25")), ("en", ("knn",))):
        for name in names:
            records = run(tmp_path / folder, name, right(0.6, n=20), dataset="test", ids=folder)
            about = {"data": {"test": {"digest": folder * 4}}}
            about |= {"config": {"dataset": {"path": f"{folder}/test.jsonl"}}}
            records.write_result(read_result(records.folder) | about)
    found = compare([tmp_path])
    assert [(each.dataset, len(each.variants)) for each in found] == [
        ("de/test", 2),
        ("en/test", 1),
    ]
    assert found[0].notes == ("knn: run on en/test, compared apart",)


def test_doubled_and_edited_lines_are_told_and_never_counted(sweep):
    path = sweep / "knn" / "trials.jsonl"
    (sweep / "knn" / "run.json").write_text('{"key": "", "sealed": true}', "utf-8")
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b'"accuracy": ', b'"accuracy": 1')
    path.write_bytes(b"".join([*lines, lines[0]]))
    (found,) = compare([sweep])
    assert (
        f"{path}, line 4: changed since it was written, or of another run, left out" in found.notes
    )
    assert f"{path}, line 101: trial 1 once more, left out" in found.notes
    assert any("result.json: of 100 trials, and trials.jsonl has 101" in n for n in found.notes)
    assert {pair.found.n for pair in found.pairs} == {99, 100}
