"""Nothing is computed twice, what comes back is what was computed, and no disk stops a run."""

import itertools
import json
import math
import multiprocessing
import os
import pickle
import random
import resource
import sqlite3
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlab.lines import trial_line
from promptlab.model import store_table
from promptlab.model.counts import Counts
from promptlab.model.store import Stored
from promptlab.model.store_row import packed, unpacked
from promptlab.program import parallel, recorded, redraw, solve
from promptlab.protocols import Preview, Program
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Generate,
    Message,
    Prompt,
    Question,
    Reply,
    Request,
    Sampling,
    Score,
    Scores,
    Trial,
)

FORK = multiprocessing.get_context("fork")
SPAWN = multiprocessing.get_context("spawn")


@dataclass
class Counting:
    """Answers by arithmetic on the request, and keeps what it was asked.

    `salt` stands for chance: with another one, every reply is another.
    """

    name: str = "counting"
    salt: int = 0
    asked: list[Request] = field(default_factory=list)

    @property
    def identity(self) -> Mapping[str, str]:
        return {"name": self.name, "weights": "ab" * 32} if self.name else {}

    def answer(self, requests: Sequence[Request]) -> list[Reply]:
        self.asked += requests
        return [self._reply(request) for request in requests]

    def preview(self, prompt: Prompt) -> Preview:
        return Preview(prompt.text, None)

    def _reply(self, request: Request) -> Reply:
        if isinstance(request, Score):
            return Scores(
                tuple(self._number(request.prompt, text) for text in request.continuations),
                tuple(map(len, request.continuations)),
                len(request.prompt.text),
            )
        sampling = request.sampling
        if sampling.temperature == 0:
            sampling = Sampling(max_tokens=sampling.max_tokens, stop=sampling.stop)
        number = self._number(request.prompt, str(sampling))
        return Completion(f"答案 {number}", "length", len(request.prompt.text), 3, number)

    def _number(self, prompt: Prompt, more: str) -> float:
        return -random.Random(f"{self.salt}{prompt}{more}").random() * 10


@dataclass(frozen=True)
class Tokens:
    """What a model reads to score."""

    context: Sequence[int]
    tails: Sequence[Sequence[int]]
    prompt_tokens: int


class Lettered(Counting):
    """One character is one token, but `：好` is one; all is scored from the last shared token."""

    def token_ids(self, prompt: Prompt) -> Sequence[int]:
        return [0 if token == "：好" else ord(token) for token in self._tokens(prompt.text)]

    def score_tokens(self, request: Score) -> Tokens:
        text = request.prompt.text
        merges = text.endswith("：") and any(each[0] == "好" for each in request.continuations)
        start = len(text) - merges
        wholes = [self.token_ids(_prompt(text + each)) for each in request.continuations]
        context = self.token_ids(_prompt(text))[:start]
        return Tokens(context, [ids[start:] for ids in wholes], len(text))

    def _tokens(self, text: str) -> Iterator[str]:
        while text:
            token = text[: 2 if text.startswith("：好") else 1]
            yield token
            text = text[len(token) :]

    def _reply(self, request: Request) -> Reply:
        if not isinstance(request, Score):
            return super()._reply(request)
        tokens = self.score_tokens(request)
        logprobs = (
            self._number(_prompt(f"{tokens.context}"), f"{list(ids)}") for ids in tokens.tails
        )
        return Scores(tuple(logprobs), tuple(map(len, tokens.tails)), tokens.prompt_tokens)


def _prompt(text: str) -> Prompt:
    return Prompt((Message("text", text),))


def _draws(text: str, count: int, **sampling: object) -> list[Request]:
    told = {"temperature": 0.7, **sampling}
    return [Generate(_prompt(text), Sampling(draw=draw, **told)) for draw in range(count)]


@pytest.fixture(autouse=True)
def _loud() -> Iterator[None]:
    """A store warns where something is wrong; here nothing is, unless the test expects it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "deep" / "completions.db")


def _rows(path: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM completions").fetchone()[0])


# What is asked


def test_what_was_asked_before_is_not_asked_again(path):
    requests = [*_draws("a", 3), Generate(_prompt("b")), Score(_prompt("c"), ("x", "y"))]
    first = Stored(Counting(), path).answer(requests)
    later = Counting()
    assert Stored(later, path).answer(requests) == first
    assert later.asked == []


def test_going_from_5_draws_to_20_asks_for_15(path):
    Stored(Counting(), path).answer(_draws("a", 5))
    inner = Counting()
    stored = Stored(inner, path)
    replies = stored.answer(_draws("a", 20))
    assert inner.asked == _draws("a", 20)[5:]
    assert replies == Counting().answer(_draws("a", 20))
    assert (stored.counts.found, stored.counts.computed) == (5, 15)


def test_growing_a_vote_inside_a_program_asks_for_the_new_draws_alone(path):
    def ask(text: str) -> Program[Reply]:
        (reply,) = yield [Generate(_prompt(text))]
        return reply

    def vote(draws: int) -> Program[list[Reply]]:
        return parallel(redraw(ask("a"), temperature=0.5, draw=draw) for draw in range(draws))

    inner = Counting()
    few = solve(vote(5), Stored(inner, path))
    many = solve(vote(20), Stored(inner, path))
    assert len(inner.asked) == 20
    assert many[:5] == few


def test_a_further_variant_costs_that_variant(path):
    shared = [Generate(_prompt(f"question {number}")) for number in range(10)]
    Stored(Counting(), path).answer(shared)
    inner = Counting()
    Stored(inner, path).answer([*shared, *_draws("another", 2)])
    assert inner.asked == _draws("another", 2)


def test_equal_requests_of_a_batch_are_asked_once_and_all_answered(path):
    inner = Counting()
    stored = Stored(inner, path)
    one, other = Generate(_prompt("a")), Score(_prompt("b"), ("x", "y"))
    replies = stored.answer([one, other, one, one, other])
    assert inner.asked == [one, other]
    assert replies[0] == replies[2] == replies[3]
    assert replies[1] == replies[4]
    assert stored.counts.repeated == 3


def test_at_temperature_0_neither_seed_nor_draw_nor_top_p_matters(path):
    inner = Counting()
    stored = Stored(inner, path)
    first = stored.answer([Generate(_prompt("a"), Sampling(seed=1, draw=2, top_p=0.5))])
    second = stored.answer(_draws("a", 9, temperature=0, seed=7, top_p=0.9))
    assert len(inner.asked) == 1
    assert {*first} == {*second}
    assert _rows(path) == 1


@pytest.mark.parametrize(
    "change",
    [
        *({"temperature": 0.8}, {"top_p": 0.9}, {"max_tokens": 9}),
        *({"stop": ("\n",)}, {"seed": 1}, {"draw": 1}),
    ],
    ids=str,
)
def test_whatever_decides_a_draw_is_asked_for_by_itself(path, change):
    inner = Counting()
    sampling = Sampling(temperature=0.7)
    for each in (sampling, replace(sampling, **change)):
        Stored(inner, path).answer([Generate(_prompt("a"), each)])
    assert len(inner.asked) == 2


@pytest.mark.parametrize("change", [{"max_tokens": 9}, {"stop": ("\n",)}], ids=str)
def test_a_greedy_completion_of_another_length_is_another(path, change):
    inner = Counting()
    for sampling in (Sampling(), replace(Sampling(), **change)):
        Stored(inner, path).answer([Generate(_prompt("a"), sampling)])
    assert len(inner.asked) == 2


def test_the_same_words_in_another_role_or_division_are_another_prompt(path):
    inner = Counting()
    prompts = [
        _prompt("ab"),
        Prompt((Message("user", "ab"),)),
        Prompt((Message("system", "ab"),)),
        Prompt((Message("user", "a"), Message("user", "b"))),
        Prompt((Message("user", "a"), Message("assistant", "b"))),
    ]
    stored = Stored(inner, path)
    replies = [*stored.answer([Generate(prompt) for prompt in prompts])]
    assert len(inner.asked) == len(prompts)
    assert replies == Counting().answer([Generate(prompt) for prompt in prompts])


def test_another_model_is_asked_for_itself(path):
    requests = _draws("a", 2)
    one = Stored(Counting("one"), path).answer(requests)
    inner = Counting("two", salt=1)
    assert Stored(inner, path).answer(requests) != one
    assert len(inner.asked) == 2


def test_a_model_without_identity_is_always_asked(path):
    inner = Counting("")
    stored = Stored(inner, path)
    stored.answer(_draws("a", 2))
    stored.answer(_draws("a", 2))
    assert len(inner.asked) == 4
    assert not Path(path).exists()


def test_two_prompts_that_are_the_same_tokens_are_one(path):
    @dataclass
    class Deaf(Counting):
        def token_ids(self, prompt: Prompt) -> Sequence[int]:
            return [ord(letter) for letter in prompt.text.lower()]

    inner = Deaf()
    Stored(inner, path).answer([Generate(_prompt("Tea")), Generate(_prompt("tea"))])
    assert len(inner.asked) == 1
    Stored(inner, path).answer([Generate(_prompt("pea"))])
    assert len(inner.asked) == 2


def test_other_tokens_of_the_same_prompt_are_asked_for_anew(path):
    @dataclass
    class Versioned(Counting):
        tokenizer: int = 1

        def token_ids(self, prompt: Prompt) -> Sequence[int]:
            return [ord(letter) + self.tokenizer for letter in prompt.text]

    old, new = Versioned(tokenizer=1), Versioned(tokenizer=2)
    for inner in (old, new):
        Stored(inner, path).answer([Generate(_prompt("a"))])
    assert new.asked == [Generate(_prompt("a"))]


# Scores


def test_a_further_label_asks_for_that_label(path):
    Stored(Lettered(), path).answer([Score(_prompt("Q"), ("yes", "no"))])
    inner = Lettered()
    wanted = Score(_prompt("Q"), ("no", "maybe", "yes"))
    assert Stored(inner, path).answer([wanted]) == Lettered().answer([wanted])
    assert inner.asked == [Score(_prompt("Q"), ("maybe",))]


def test_the_labels_of_one_batch_are_asked_for_once(path):
    inner = Lettered()
    requests = [
        Score(_prompt("Q"), ("a", "b")),
        Score(_prompt("Q"), ("b", "c")),
        Score(_prompt("Q"), ("c", "a")),
        Score(_prompt("Q"), ("a", "a")),
    ]
    stored = Stored(inner, path)
    assert stored.answer(requests) == Lettered().answer(requests)
    assert inner.asked == [requests[0], Score(_prompt("Q"), ("c",))]
    assert (stored.counts.computed, stored.counts.repeated) == (2, 2)


def test_a_label_given_twice_is_asked_for_once(path):
    inner = Lettered()
    wanted = Score(_prompt("Q"), ("a", "b", "a"))
    assert Stored(inner, path).answer([wanted]) == Lettered().answer([wanted])
    assert inner.asked == [Score(_prompt("Q"), ("a", "b"))]


def test_labels_that_change_where_scoring_begins_are_stored_apart(path):
    stored = Stored(Lettered(), path)
    alone = Score(
        _prompt(
            "答：",
        ),
        ("坏",),
    )
    both = Score(
        _prompt(
            "答：",
        ),
        ("好", "坏"),
    )
    assert stored.answer([alone]) == Lettered().answer([alone])
    assert stored.answer([both]) == Lettered().answer([both])
    assert stored.answer([alone]) == Lettered().answer([alone])
    assert Lettered().answer([both])[0].logprobs[1] != Lettered().answer([alone])[0].logprobs[0]


def test_a_label_that_cannot_be_asked_for_alone_is_asked_for_with_the_others(path):
    inner = Lettered()
    stored = Stored(inner, path)
    stored.answer([Score(_prompt("答："), ("好", "坏"))])
    wanted = Score(_prompt("答："), ("好", "坏", "平"))
    assert stored.answer([wanted]) == Lettered().answer([wanted])
    assert inner.asked[-1] == wanted


@given(
    st.lists(
        st.builds(
            Score,
            st.sampled_from(["答", "答：", "答：："]).map(_prompt),
            st.lists(st.sampled_from(["好", "坏", "好坏", "：", "x"]), max_size=4).map(tuple),
        ),
        max_size=6,
    )
)
def test_scores_are_always_those_of_the_model(requests):
    stored = Stored(Lettered(), ":memory:")
    batches = [requests, requests[::-1], *([request] for request in requests)]
    for batch in batches:
        assert stored.answer(batch) == Lettered().answer(batch)


def test_without_tokens_scores_are_stored_with_all_their_labels(path):
    inner = Counting()
    stored = Stored(inner, path)
    requests = [Score(_prompt("Q"), labels) for labels in (("a",), ("a", "b"), ("b", "a"), ())]
    replies = stored.answer(requests)
    assert replies == Counting().answer(requests)
    assert stored.answer(requests) == replies
    assert inner.asked == requests


# What comes back


@given(
    st.text(),
    st.none() | st.floats(allow_nan=False),
    st.lists(st.tuples(st.floats(allow_nan=False), st.integers(0, 1 << 40))),
)
def test_replies_come_back_to_the_last_bit(text, logprob, scores):
    completion = Completion(text, "stop", 3, 4, logprob)
    told = Scores(tuple(a for a, _ in scores), tuple(b for _, b in scores), 5)
    for reply in (completion, told):
        again = unpacked(packed(reply))
        assert again == reply
        assert repr(again) == repr(reply)


def test_what_json_does_not_have_comes_back_too():
    odd = Scores((math.inf, -math.inf, math.nan, -0.0), (1, 1, 1, 1), 2)
    assert repr(unpacked(packed(odd))) == repr(odd)
    half = Completion("\ud83d", "stop")
    assert unpacked(packed(half)) == half


def test_numbers_of_numpy_become_plain_ones():
    np = pytest.importorskip("numpy")
    reply = Scores((np.float32(-0.1), np.float64(-0.1)), (np.int64(1), 2), 3)
    assert unpacked(packed(reply)) == reply


def test_the_record_of_a_run_is_the_same_bytes_stored_or_computed(path):
    def program(number: int) -> Program[tuple[Reply, Reply]]:
        replies = yield [*_draws(f"第{number}题", 2), Score(_prompt(f"{number}："), ("好", "坏"))]
        return replies[0], replies[1]

    def lines(model: object) -> str:
        asked = parallel(recorded(program(number)) for number in range(20))
        example = Example(Question("1", "?"), "1")
        return "\n".join(
            json.dumps(trial_line(Trial(example, (), exchanges, Answer("1"), {})))
            for _, exchanges in solve(asked, model)
        )

    computed = lines(Lettered())
    assert lines(Stored(Lettered(), path)) == computed
    inner = Lettered()
    assert lines(Stored(inner, path)) == computed
    assert inner.asked == []


def test_identity_and_preview_are_those_of_the_model(path):
    stored = Stored(Counting(), path)
    assert stored.identity == Counting().identity
    assert stored.preview(_prompt("a")) == Preview("a", None)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Completion("x"), "was answered with Completion"),
        (Scores((-1.0,), (1,)), "2 continuations were answered with 1"),
    ],
)
def test_a_reply_that_does_not_fit_its_request_is_refused(path, reply, message):
    class Wrong(Counting):
        def _reply(self, request: Request) -> Reply:
            return reply

    with pytest.raises((TypeError, ValueError), match=message):
        Stored(Wrong(), path).answer([Score(_prompt("a"), ("x", "y"))])


def test_a_model_that_leaves_requests_unanswered_is_refused(path):
    class Silent(Counting):
        def answer(self, requests: Sequence[Request]) -> list[Reply]:
            return []

    with pytest.raises(ValueError, match="1 requests were answered with 0 replies"):
        Stored(Silent(), path).answer([Generate(_prompt("a"))])


# Modes


def test_off_asks_for_everything_and_keeps_nothing(path):
    inner = Counting()
    stored = Stored(inner, path, "off")
    stored.answer(_draws("a", 2) * 2)
    assert inner.asked == _draws("a", 2) * 2
    assert not Path(path).parent.exists()
    assert stored.counts.computed == stored.counts.asked == 4


def test_read_uses_what_is_there_and_writes_nothing(path):
    Stored(Counting(), path).answer(_draws("a", 2))
    inner = Counting()
    reader = Stored(inner, path, "read")
    reader.answer(_draws("a", 3))
    reader.answer(_draws("a", 3))
    assert inner.asked == _draws("a", 3)[2:] * 2
    assert _rows(path) == 2


def test_read_says_where_nothing_is_there_and_computes(path):
    stored = Stored(Counting(), path, "read")
    with pytest.warns(RuntimeWarning, match="no completions are stored there"):
        replies = stored.answer(_draws("a", 2))
    assert stored.answer(_draws("a", 2)) == replies == Counting().answer(_draws("a", 2))
    assert not Path(path).parent.exists()


def test_refresh_asks_anew_and_overwrites(path):
    Stored(Counting(), path).answer(_draws("a", 2))
    anew = Counting(salt=1)
    replies = Stored(anew, path, "refresh").answer(_draws("a", 2))
    assert anew.asked == _draws("a", 2)
    assert Stored(Counting(), path).answer(_draws("a", 2)) == replies
    assert _rows(path) == 2


def test_an_unknown_mode_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="mode is True; expected one of on, off, read, refresh"):
        Stored(Counting(), mode=True)
    with pytest.raises(ValueError, match="megabytes is 0; expected at least 1"):
        Stored(Counting(), megabytes=0)


def test_making_one_touches_no_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMPTLAB_CACHE", str(tmp_path / "cache"))
    stored = Stored(Counting())
    assert not (tmp_path / "cache").exists()
    stored.answer(_draws("a", 1))
    assert (tmp_path / "cache" / "completions.db").is_file()


def test_memory_keeps_nothing_on_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    inner = Counting()
    stored = Stored(inner, ":memory:")
    assert stored.answer(_draws("a", 2)) == stored.answer(_draws("a", 2))
    assert len(inner.asked) == 2
    assert list(tmp_path.iterdir()) == []


# Counts


def test_counts_tell_found_repeated_and_computed_in_requests_and_tokens(path):
    Stored(Counting(), path).answer(_draws("abc", 2))
    stored = Stored(Counting(), path)
    before = stored.counts
    stored.answer([*_draws("abc", 3), _draws("abc", 3)[2]])
    assert stored.counts - before == Counts(
        asked=4, found=2, repeated=1, computed=1, tokens_asked=4 * 6, tokens_computed=6
    )


# Several at once


def _hammer(path: str, worker: int) -> None:
    shuffled = random.Random(worker)
    requests = [Generate(_prompt(f"{number}"), Sampling(0.7)) for number in range(200)]
    stored = Stored(Counting(), path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(20):
            batch = shuffled.sample(requests, 25)
            assert stored.answer(batch) == Counting().answer(batch)


@pytest.mark.parametrize("context", [FORK, SPAWN], ids=["fork", "spawn"])
def test_processes_share_a_store_from_its_first_moment(path, context):
    workers = [context.Process(target=_hammer, args=(path, worker)) for worker in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 6
    inner = Counting()
    everything = [Generate(_prompt(f"{number}"), Sampling(0.7)) for number in range(200)]
    Stored(inner, path).answer(everything)
    assert inner.asked == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_is_kept_is_in_the_file_itself_once_the_model_is_gone(path):
    Stored(Counting(), path).answer(_draws("a", 2))
    assert sorted(each.name for each in Path(path).parent.iterdir()) == [
        "completions.db",
        "completions.db.lock",
    ]


def test_a_forked_process_opens_the_store_for_itself(path):
    stored = Stored(Counting(), path)
    stored.answer(_draws("a", 1))
    child = FORK.Process(target=stored.answer, args=(_draws("a", 5),))
    child.start()
    child.join()
    assert child.exitcode == 0
    stored.answer(_draws("b", 1))
    assert _rows(path) == 6


def test_threads_share_a_store(path):
    stored = Stored(Counting(), path)
    failed: list[BaseException] = []

    def work(worker: int) -> None:
        try:
            for number in range(20):
                requests = _draws(f"{(number + worker) % 20}", 3)
                assert stored.answer(requests) == Counting().answer(requests)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert stored.counts.asked == 4 * 20 * 3


def test_a_stored_model_travels_to_another_process(path):
    stored = Stored(Counting(), path)
    stored.answer(_draws("a", 1))
    again = pickle.loads(pickle.dumps(stored))
    again.inner.asked.clear()
    again.answer(_draws("a", 1))
    assert again.inner.asked == []


def test_a_writer_that_is_killed_leaves_whole_batches(path):
    def write_for_ever() -> None:
        stored = Stored(Counting(), path)
        for number in itertools.count():
            stored.answer(_draws(f"{number}", 10))

    writer = FORK.Process(target=write_for_ever)
    writer.start()
    while not (Path(path).is_file() and Path(f"{path}-wal").is_file() and _filled(path)):
        time.sleep(0.01)
    writer.kill()
    writer.join()
    kept = _rows(path)
    assert kept % 10 == 0
    inner = Counting()
    assert Stored(inner, path).answer(_draws("0", 10)) == Counting().answer(_draws("0", 10))
    assert inner.asked == []


def _filled(path: str) -> bool:
    try:
        return _rows(path) >= 100
    except sqlite3.OperationalError:
        return False


# Damage


def test_a_damaged_answer_is_asked_for_again(path):
    Stored(Counting(), path).answer(_draws("a", 3))
    with closing(sqlite3.connect(path)) as connection, connection:
        (key,) = connection.execute("SELECT key FROM completions LIMIT 1").fetchone()
        body = packed(Completion("forged", "stop"))
        connection.execute("UPDATE completions SET body = ? WHERE key = ?", (body, key))
    inner = Counting()
    stored = Stored(inner, path)
    assert stored.answer(_draws("a", 3)) == Counting().answer(_draws("a", 3))
    assert len(inner.asked) == 1
    stored.answer(_draws("a", 3))
    assert len(inner.asked) == 1


def test_an_answer_under_another_key_is_not_used(path):
    Stored(Counting(), path).answer(_draws("a", 2))
    with closing(sqlite3.connect(path)) as connection, connection:
        rows = connection.execute("SELECT key, body, seal FROM completions").fetchall()
        for (key, _, _), (_, body, seal) in zip(rows, reversed(rows), strict=True):
            connection.execute(
                "UPDATE completions SET body = ?, seal = ? WHERE key = ?", (body, seal, key)
            )
    assert Stored(Counting(), path).answer(_draws("a", 2)) == Counting().answer(_draws("a", 2))


def test_a_file_of_garbage_is_set_aside_with_one_warning(path):
    Path(path).parent.mkdir()
    garbage = b"no database at all" * 100
    Path(path).write_bytes(garbage)
    stored = Stored(Counting(), path)
    with pytest.warns(RuntimeWarning, match=r"is unusable .* a new one is begun"):
        replies = stored.answer(_draws("a", 2))
    assert replies == Counting().answer(_draws("a", 2))
    stored.answer(_draws("b", 2))
    assert Path(f"{path}.unusable").read_bytes() == garbage
    assert _rows(path) == 4


def test_a_file_without_its_tables_is_set_aside(path):
    Stored(Counting(), path).answer(_draws("a", 2))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE completions")
    with pytest.warns(RuntimeWarning, match="no such table: completions.; a new one is begun"):
        Stored(Counting(), path).answer(_draws("a", 2))
    assert _rows(path) == 2


def test_garbage_in_the_names_of_the_tables_is_damage_too(path):
    Stored(Counting(), path).answer(_draws("a", 2))
    content = Path(path).read_bytes()
    Path(path).write_bytes(content.replace(b"CREATE TABLE models", b"CREATE T\x84BLE models"))
    with pytest.warns(RuntimeWarning, match="a new one is begun"):
        Stored(Counting(), path).answer(_draws("a", 2))
    assert _rows(path) == 2


@pytest.mark.parametrize("seed", range(12))
def test_garbage_anywhere_in_the_file_never_comes_back_as_an_answer(path, seed):
    requests = [request for number in range(60) for request in _draws(f"{number}", 5)]
    Stored(Counting(), path).answer(requests)
    chance = random.Random(seed)
    content = bytearray(Path(path).read_bytes())
    for _ in range(1 + seed * 3):
        at = chance.randrange(0 if seed % 2 else 100, len(content) - 600)
        content[at : at + 600] = chance.randbytes(600)
    Path(path).write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        assert Stored(Counting(), path).answer(requests) == Counting().answer(requests)
        assert Stored(Counting(), path).answer(requests) == Counting().answer(requests)


def test_a_file_that_was_cut_short_never_stops_a_run(path):
    requests = [request for number in range(60) for request in _draws(f"{number}", 5)]
    Stored(Counting(), path).answer(requests)
    for share in (0.9, 0.5, 0.1, 0.0):
        os.truncate(path, int(Path(path).stat().st_size * share))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            assert Stored(Counting(), path).answer(requests) == Counting().answer(requests)


def _hammer_damaged(path: str, worker: int) -> None:
    warnings.simplefilter("ignore", RuntimeWarning)
    requests = _draws(f"{worker}", 10)
    stored = Stored(Counting(), path)
    for _ in range(5):
        assert stored.answer(requests) == Counting().answer(requests)


def test_processes_that_find_the_same_damage_begin_one_new_file(path):
    Path(path).parent.mkdir()
    Path(path).write_bytes(b"garbage" * 1000)
    workers = [FORK.Process(target=_hammer_damaged, args=(path, number)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 6
    assert Path(f"{path}.unusable").read_bytes() == b"garbage" * 1000
    assert _rows(path) == 60


def test_a_file_that_is_deleted_during_a_run_is_made_again(path):
    stored = Stored(Counting(), path)
    stored.answer(_draws("a", 2))
    for suffix in ("", "-wal", "-shm"):
        Path(path + suffix).unlink(missing_ok=True)
    stored.answer(_draws("b", 2))
    assert _rows(path) == 2


def test_an_older_version_is_set_aside_with_a_warning(path, monkeypatch):
    Stored(Counting(), path).answer(_draws("a", 2))
    monkeypatch.setattr(store_table, "VERSION", store_table.VERSION + 1)
    inner = Counting()
    with pytest.warns(RuntimeWarning, match="it is of version 1, this promptlab writes version 2"):
        Stored(inner, path).answer(_draws("a", 2))
    assert len(inner.asked) == 2
    assert _rows(f"{path}.unusable") == 2


def test_a_newer_version_is_left_alone_and_not_used(path):
    Stored(Counting(), path).answer(_draws("a", 2))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {store_table.VERSION + 1}")
    inner = Counting()
    stored = Stored(inner, path)
    with pytest.warns(RuntimeWarning, match="everything is computed"):
        stored.answer(_draws("a", 2))
    stored.answer(_draws("a", 2))
    assert (len(inner.asked), _rows(path)) == (4, 2)
    assert not Path(f"{path}.unusable").exists()


def test_the_database_of_something_else_is_refused_and_untouched(path):
    Path(path).parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE runs (id)")
    before = Path(path).read_bytes()
    with pytest.raises(ValueError, match=r"something else .tables: runs.; give another"):
        Stored(Counting(), path).answer(_draws("a", 1))
    assert Path(path).read_bytes() == before


# Disks


def _fill_the_disk(path: str) -> None:
    """Run with files that may not grow: to SQLite that is a disk that takes no more."""
    stored = Stored(Counting(), path)
    stored.answer(_draws("before", 2))
    size = Path(f"{path}-wal").stat().st_size + 20_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for number in range(100):
            requests = _draws(f"{number}" * 100, 5)
            assert stored.answer(requests) == Counting().answer(requests)
    inner = Counting()
    assert "cannot be written" in str(told[0].message)
    assert len(told) == 1
    object.__setattr__(stored, "inner", inner)
    stored.answer(_draws("before", 2))
    assert inner.asked == []


def test_a_full_disk_costs_one_warning_and_what_is_there_is_still_used(path):
    child = SPAWN.Process(target=_fill_the_disk, args=(path,))
    child.start()
    child.join()
    assert child.exitcode == 0
    inner = Counting()
    Stored(inner, path).answer(_draws("before", 2))
    assert inner.asked == []


def test_a_folder_that_cannot_be_made_costs_one_warning(tmp_path):
    (tmp_path / "file").write_text("in the way")
    stored = Stored(Counting(), str(tmp_path / "file" / "completions.db"))
    with pytest.warns(RuntimeWarning, match=r"everything is computed\. PROMPTLAB_CACHE"):
        stored.answer(_draws("a", 2))
    assert stored.answer(_draws("b", 2)) == Counting().answer(_draws("b", 2))


def _run_on_a_read_only_folder(path: str) -> None:
    if os.geteuid() == 0:
        os.setuid(65534)  # root may write anywhere
    inner = Counting()
    stored = Stored(inner, path)
    with pytest.warns(RuntimeWarning, match="cannot be written"):
        stored.answer(_draws("a", 3))
    stored.answer(_draws("b", 3))
    assert inner.asked == [_draws("a", 3)[2], *_draws("b", 3)]
    reader = Counting()
    Stored(reader, path, "read").answer(_draws("a", 2))
    assert reader.asked == []


def test_a_read_only_folder_costs_one_warning_and_what_is_there_is_used():
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/completions.db"
        Stored(Counting(), path).answer(_draws("a", 2))
        Path(path).chmod(0o444)
        Path(folder).chmod(0o555)
        child = FORK.Process(target=_run_on_a_read_only_folder, args=(path,))
        child.start()
        child.join()
        Path(folder).chmod(0o755)
        assert child.exitcode == 0


# Room


def test_what_was_used_least_lately_goes_when_the_file_is_full(path):
    class Wordy(Counting):
        def _reply(self, request: Request) -> Reply:
            return replace(super()._reply(request), text="word " * 2000)

    stored = Stored(Wordy(), path, megabytes=1)
    for number in range(300):
        stored.answer(_draws(f"{number}", 1))
    assert 50 < _rows(path) < 110
    inner = Wordy()
    later = Stored(inner, path, megabytes=1)
    later.answer(_draws("299", 1))
    assert inner.asked == []
    later.answer(_draws("0", 1))
    assert inner.asked == _draws("0", 1)


def test_using_an_answer_notes_when(path):
    Stored(Counting(), path).answer(_draws("a", 2))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE completions SET used = 5, created = 5")
    Stored(Counting(), path).answer(_draws("a", 1))
    Stored(Counting(), path, "read").answer(_draws("a", 2))
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT created, used FROM completions ORDER BY used").fetchall()
    assert rows[0] == (5, 5)
    assert rows[1][0] == 5
    assert rows[1][1] > 1_700_000_000
