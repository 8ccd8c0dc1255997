"""Variants that asked the same are one variant; seeds are repeats of it."""

import json
import random
from statistics import stdev

import pytest

from promptlab.analysis.comparison.compare import compare
from promptlab.analysis.statistics import holm
from promptlab.records.files import Records
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Exchange,
    Generate,
    Message,
    Prompt,
    Question,
    Trial,
)

MODEL = {"name": "tiny-1b"}


def write(folder, name, share, *, prompt="", reply="", scored=None, model=MODEL, config=None, n=60):
    """Write a run; without a prompt it asks what no other run asks."""
    trials = []
    for number in range(n):
        right = random.Random(f"{scored or name}:{number}").random() < share
        asked = Prompt((Message("text", f"{prompt or name} question {number}"),))
        said = "yes" if right else "no"
        exchange = Exchange(Generate(asked), Completion(f"{said}{reply}", "stop", 9, 1))
        example = Example(Question(f"ex-{number}", f"Question {number}?"), "yes")
        trials.append(Trial(example, (), (exchange,), Answer(said), {"accuracy": float(right)}))
    records = Records(folder / name.replace(",", "-"))
    records.append(trials)
    told = {"name": name, "dataset": "sst2", "metrics": {"n": n}, "model": model}
    records.write_result({**told, "config": config or {}})


def names(found):
    return [variant.name for variant in found.variants]


def orderings(folder, **how):
    for ordering in ("similar_last", "similar_first", "shuffled", "by_label", "entropy", "mdl"):
        write(folder, f"zero,{ordering}", 0.5, prompt="zero", scored="zero", **how)


def test_six_orderings_of_nothing_are_one_variant_and_count_once(tmp_path):
    orderings(tmp_path)
    write(tmp_path, "knn,similar_last", 0.8)
    write(tmp_path, "bm25,similar_last", 0.7)
    (found,) = compare([tmp_path])
    assert names(found) == ["knn,similar_last", "bm25,similar_last", "zero"]
    assert len(found.pairs) == 3
    raw = [pair.found.pvalue for pair in found.pairs]
    assert [pair.holm for pair in found.pairs] == pytest.approx(holm(raw).tolist())
    (note,) = found.notes
    assert note.startswith("zero: 6 variants asked the same; shown once (zero,by_label")
    assert len(found.variants[-1].run.scores) == 60
    assert len(found.runs) == 8


def test_any_of_their_names_is_the_baseline(tmp_path):
    orderings(tmp_path)
    write(tmp_path, "knn,similar_last", 0.9)
    (found,) = compare([tmp_path], baseline="zero,shuffled")
    assert found.baseline == "zero"
    assert [(pair.a, pair.b) for pair in found.against_baseline] == [("knn,similar_last", "zero")]


def test_the_same_prompts_are_not_the_same_variant_of_another_model(tmp_path):
    write(tmp_path, "small", 0.5, prompt="same")
    write(tmp_path, "large", 0.5, prompt="same", model={"name": "large-8b"})
    (found,) = compare([tmp_path])
    assert sorted(names(found)) == ["large", "small"]


def test_the_same_replies_read_another_way_are_another_variant(tmp_path):
    write(tmp_path, "loose", 1.0, prompt="same")
    write(tmp_path, "strict", 1.0, prompt="same")
    path = tmp_path / "strict" / "trials.jsonl"
    path.write_text(path.read_text("utf-8").replace('"accuracy": 1.0', '"accuracy": 0.0'), "utf-8")
    (found,) = compare([tmp_path])
    assert names(found) == ["loose", "strict"]


def test_a_server_that_is_not_steady_is_asked_repeatedly(tmp_path):
    write(tmp_path, "zero,a", 0.5, prompt="same", scored="one", reply=" (1)")
    write(tmp_path, "zero,b", 0.5, prompt="same", scored="two", reply=" (2)")
    (found,) = compare([tmp_path])
    (variant,) = found.variants
    assert (variant.name, variant.examples, len(variant.run.scores)) == ("zero", 60, 120)
    assert "2 variants asked the same" in found.notes[0]


def test_what_recorded_no_request_is_never_taken_for_the_same(tmp_path):
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        line = '{"id": "a", "scores": {"accuracy": 1}, "outcome": "parsed", "exchanges": []}\n'
        (folder / "trials.jsonl").write_text(line)
    assert len(compare([tmp_path])[0].variants) == 2


def test_seeds_are_repeats_with_a_mean_a_deviation_and_a_figure_each(tmp_path):
    for seed in range(3):
        write(tmp_path, f"random,seed={seed}", 0.6)
        write(tmp_path, f"knn,seed={seed}", 0.8)
    (found,) = compare([tmp_path])
    best = found.variants[0]
    assert names(found) == ["knn", "random"]
    assert [repeat.name for repeat in best.run.repeats] == ["seed=0", "seed=1", "seed=2"]
    assert best.mean == pytest.approx(sum(repeat.mean for repeat in best.run.repeats) / 3)
    assert best.run.spread == pytest.approx(stdev(repeat.mean for repeat in best.run.repeats))
    (pair,) = found.pairs
    assert (pair.found.examples, pair.found.n) == (60, 180)
    assert len(compare([tmp_path], repeated="")[0].variants) == 6


def test_seeds_that_changed_nothing_are_one_run_and_still_compared(tmp_path):
    for seed in range(3):
        write(tmp_path, f"random,seed={seed}", 0.5)
        write(tmp_path, f"zero,seed={seed}", 0.8, prompt="zero", scored="zero")
    (found,) = compare([tmp_path])
    assert names(found) == ["zero", "random"]
    assert found.variants[0].run.repeats == ()
    (pair,) = found.pairs
    assert (pair.found.examples, pair.found.n) == (60, 60)
    assert found.notes == (
        "zero: 3 variants asked the same; shown once (zero,seed=0, zero,seed=1, zero,seed=2)",
    )


def test_variants_whose_seeds_all_ask_the_same_are_one(tmp_path):
    for seed in range(2):
        for ordering in ("similar_last", "as_selected"):
            name = f"random,{ordering},seed={seed}"
            write(tmp_path, name, 0.5, prompt=f"one of {seed}", scored=f"one of {seed}")
    (found,) = compare([tmp_path])
    (variant,) = found.variants
    assert (variant.name, len(variant.run.repeats)) == ("random", 2)


def test_runs_that_differ_in_more_than_a_seed_are_not_taken_together(tmp_path):
    write(tmp_path, "knn,seed=0", 0.8, config={"k": 4, "seed": 0, "selection": {"seed": 0}})
    write(tmp_path, "knn,seed=1", 0.8, config={"k": 8, "seed": 1, "selection": {"seed": 1}})
    write(tmp_path, "knn,seed=2", 0.8, config={"k": 4, "seed": 2, "selection": {"seed": 2}})
    (found,) = compare([tmp_path])
    assert sorted(names(found)) == ["knn", "knn,seed=1"]


def test_the_run_whose_name_says_no_seed_is_a_repeat_with_its_own(tmp_path):
    write(tmp_path, "random", 0.5, config={"k": 4, "seed": 0, "selection": {"seed": 0}})
    for seed in (1, 2):
        config = {"k": 4, "seed": seed, "selection": {"seed": seed}}
        write(tmp_path, f"random,seed={seed}", 0.5, config=config)
    write(tmp_path, "knn", 0.8, config={"k": 4, "seed": 0, "selection": {}})
    (found,) = compare([tmp_path])
    assert names(found) == ["knn", "random"]
    repeats = [repeat.name for repeat in found.variants[1].run.repeats]
    assert repeats == ["seed=0", "seed=1", "seed=2"]


def test_repeats_of_another_sweep_may_be_called_otherwise(tmp_path):
    def told(name, seed):
        return {"k": 4, "seed": seed, "ordering": {"_target_": name, "seed": seed}}

    for name in ("shuffled", "similar_last"):
        write(tmp_path / "main", name, 0.5, config=told(name, 0))
    for seed in (1, 2):
        write(tmp_path / "more", f"seed={seed}", 0.5, config=told("shuffled", seed))
    (found,) = compare([tmp_path])
    assert sorted(names(found)) == ["shuffled", "similar_last"]
    (shuffled,) = [each for each in found.variants if each.name == "shuffled"]
    assert len(shuffled.run.repeats) == 3


def test_a_seed_that_two_names_have_is_a_repeat_of_its_own_name(tmp_path):
    for name in ("monday", "tuesday"):
        for seed in (0, 1):
            config = {"k": 4, "seed": seed}
            write(tmp_path, f"{name},seed={seed}", 0.5, config=config)
    (found,) = compare([tmp_path])
    assert sorted(names(found)) == ["monday", "tuesday"]
    assert [len(each.run.repeats) for each in found.variants] == [2, 2]


def test_a_run_without_a_seed_in_name_or_config_stays_apart(tmp_path):
    write(tmp_path, "random", 0.5)
    write(tmp_path, "random,seed=1", 0.5)
    (found,) = compare([tmp_path])
    assert sorted(names(found)) == ["random", "random,seed=1"]


def test_a_seed_that_is_not_finished_is_a_repeat_of_its_variant(tmp_path):
    for seed in range(2):
        write(tmp_path, f"knn,seed={seed}", 0.8, config={"k": 4, "seed": seed})
    folder = tmp_path / "knn-seed=1"
    (folder / "result.json").unlink()
    mark = {"key": "", "name": "knn,seed=1", "dataset": "sst2", "config": {"k": 4, "seed": 1}}
    (folder / "run.json").write_text(json.dumps(mark), "utf-8")
    (found,) = compare([tmp_path])
    assert names(found) == ["knn"]


def test_two_runs_of_one_seed_stay_apart(tmp_path):
    write(tmp_path / "monday", "knn,seed=0", 0.8, prompt="a")
    write(tmp_path / "tuesday", "knn,seed=0", 0.8, prompt="b")
    (found,) = compare([tmp_path])
    assert len(found.variants) == 2


def test_an_answer_that_one_seed_lacks_is_told(tmp_path):
    write(tmp_path, "random,seed=0", 0.5)
    write(tmp_path, "random,seed=1", 0.5, n=59)
    write(tmp_path, "zero", 0.5)
    (found,) = compare([tmp_path])
    assert found.notes == (
        "random: lacks 1 of 120 answers; each pair is compared on the examples that both have",
    )


def test_runs_of_one_name_are_told_apart_by_their_models_or_else_by_their_folders(tmp_path):
    write(tmp_path / "one", "knn", 0.8)
    write(tmp_path / "other", "knn", 0.6, model={"name": "tiny-7b"})
    (found,) = compare([tmp_path])
    assert names(found) == ["knn (tiny-1b)", "knn (tiny-7b)"]
    write(tmp_path / "third", "knn", 0.4, prompt="another")
    (found,) = compare([tmp_path])
    assert names(found) == [
        f"knn ({tmp_path / each / 'knn'})" for each in ("one", "other", "third")
    ]


def test_variants_that_share_their_names_with_others_are_named_by_all_their_settings(tmp_path):
    for length, share in (("byte", 0.5), ("character", 0.5), ("sum", 0.8), ("token", 0.8)):
        write(tmp_path, f"mode=pmi,normalise={length}", share, prompt=str(share), scored=str(share))
    write(tmp_path, "mode=channel,normalise=sum", 0.9)
    (found,) = compare([tmp_path])
    assert sorted(names(found)) == [
        "mode=channel,normalise=sum",
        "mode=pmi,normalise=byte|character",
        "mode=pmi,normalise=sum|token",
    ]
