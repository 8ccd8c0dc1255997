"""What a run writes can be read back, whatever happened while it was written."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlab.protocols import ContextOverflow
from promptlab.records.files import Records, read_result, read_trials
from promptlab.records.trial_json import trial_from_line, trial_line
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Exchange,
    Failed,
    Generate,
    Message,
    Prompt,
    Question,
    Sampling,
    Score,
    Scores,
    Trial,
)

texts = st.text(max_size=30)
numbers = st.floats(allow_nan=False)
counts = st.integers(0, 10**6)
prompts = st.one_of(
    st.builds(lambda text: Prompt((Message("text", text),)), texts),
    st.lists(
        st.builds(Message, st.sampled_from(["system", "user", "assistant"]), texts), max_size=3
    ).map(lambda turns: Prompt(tuple(turns))),
)
samplings = st.builds(
    Sampling,
    temperature=st.floats(0, 2),
    top_p=st.floats(0, 1, exclude_min=True),
    max_tokens=st.integers(1, 4096),
    stop=st.lists(texts, max_size=2).map(tuple),
    seed=counts,
    draw=counts,
    top_k=st.none() | st.integers(1, 100),
)
completions = st.builds(
    Completion, texts, st.sampled_from(["stop", "length"]), counts, counts, st.none() | numbers
)
exchanges = st.one_of(
    st.builds(Exchange, st.builds(Generate, prompts, samplings), completions),
    st.builds(
        Exchange,
        st.builds(Score, prompts, st.lists(texts, max_size=3).map(tuple), first=st.booleans()),
        st.builds(
            Scores,
            st.lists(numbers, max_size=3).map(tuple),
            st.lists(counts, max_size=3).map(tuple),
            counts,
        ),
    ),
)
examples = st.builds(
    Example,
    st.builds(Question, texts, texts, st.lists(texts, max_size=3).map(tuple), texts),
    texts,
    texts,
    st.lists(texts, max_size=2).map(tuple),
)
answers = st.builds(
    Answer,
    texts,
    texts,
    st.lists(st.tuples(texts, numbers), max_size=3).map(tuple),
    st.sampled_from(["parsed", "unparsed", "truncated", "refused", "abstained"]),
)
trials = st.builds(
    Trial,
    examples,
    st.lists(examples, max_size=3, unique_by=lambda example: example.id).map(tuple),
    st.lists(exchanges, max_size=3).map(tuple),
    answers,
    st.dictionaries(texts, numbers, max_size=3),
)


def trial(name: str, completion: str = "四 or 4", **changes: object) -> Trial:
    question = Question(name, "2 + 2 = ?")
    asked = Generate(Prompt((Message("text", "Q: 2 + 2 = ?\nA:"),)))
    fields = {
        "example": Example(question, "4"),
        "demos": (),
        "exchanges": (Exchange(asked, Completion(completion, "stop", 9, 3)),),
        "answer": Answer("4"),
        "scores": {"accuracy": 1.0},
    }
    return Trial(**(fields | changes))


@settings(deadline=None)
@given(trials)
def test_a_trial_comes_back_from_its_line_through_json(one):
    pool = {demo.id: demo for demo in one.demos}
    line = json.loads(json.dumps(trial_line(one), allow_nan=False))
    assert trial_from_line(line, pool) == one


@settings(deadline=None, max_examples=30)
@given(st.lists(trials, max_size=4))
def test_what_is_appended_is_what_is_read(tmp_path_factory, batch):
    records = Records(tmp_path_factory.mktemp("run"))
    records.append(batch)
    assert read_trials(records.folder) == [trial_line(one) for one in batch]


@settings(deadline=None)
@given(trials)
def test_demonstrations_that_nobody_knows_keep_their_ids(one):
    line = trial_line(one)
    assert trial_line(trial_from_line(line)) == line


def test_a_line_has_its_keys_in_a_fixed_order():
    example = Example(Question("q1", "Which?", ("red", "blue"), "A red rose."), "A", "Red.", ("a",))
    answer = Answer("A", "It is red.", (("A", 2.0), ("B", 1.0)))
    scores = {"exact": 1.0, "accuracy": 1.0}
    demos = (Example(Question("d2", "?"), "B"), Example(Question("d1", "?"), "A"))
    line = trial_line(trial("q1", example=example, answer=answer, scores=scores, demos=demos))
    assert list(line) == [
        *("id", "question", "context", "choices", "target", "aliases", "target_rationale"),
        *("prediction", "outcome", "rationale", "votes", "scores", "demos", "exchanges"),
    ]
    assert list(line["scores"]) == ["accuracy", "exact"]
    assert line["demos"] == ["d2", "d1"]
    assert line["votes"] == [["A", 2.0], ["B", 1.0]]


def test_an_exchange_is_written_as_the_module_says():
    scored = Exchange(
        Score(Prompt((Message("user", "Good?"),)), (" yes", " no")), Scores((-1.5, -2.5), (1, 1), 7)
    )
    generated, ranked = trial_line(trial("q1", exchanges=(*trial("q1").exchanges, scored)))[
        "exchanges"
    ]
    assert generated == {
        "request": {
            "kind": "generate",
            "text": "Q: 2 + 2 = ?\nA:",
            "sampling": {
                "temperature": 0.0,
                "top_p": 1.0,
                "max_tokens": 256,
                "stop": [],
                "seed": 0,
                "draw": 0,
            },
        },
        "reply": {
            "text": "四 or 4",
            "finish_reason": "stop",
            "prompt_tokens": 9,
            "completion_tokens": 3,
            "logprob": None,
        },
    }
    assert ranked == {
        "request": {
            "kind": "score",
            "messages": [{"role": "user", "content": "Good?"}],
            "continuations": [" yes", " no"],
        },
        "reply": {"logprobs": [-1.5, -2.5], "lengths": [1, 1], "prompt_tokens": 7},
    }


def test_the_same_trials_are_the_same_bytes_however_they_are_dealt_into_windows(tmp_path):
    together, apart = Records(tmp_path / "together"), Records(tmp_path / "apart")
    together.append([trial("q1"), trial("q2")])
    apart.append([trial("q1")])
    apart.append([trial("q2")])
    assert together.trials_path.read_bytes() == apart.trials_path.read_bytes()
    assert "四 or 4".encode() in together.trials_path.read_bytes()


@pytest.mark.parametrize(
    "text", ["line\u2028separator", "next\x85line", "half \ud83d pair", "a\r\nb"]
)
def test_awkward_texts_stay_on_one_line(tmp_path, text):
    records = Records(tmp_path)
    records.append([trial("q1", text), trial("q2", text)])
    read = [trial_from_line(line) for line in read_trials(tmp_path)]
    assert [one.exchanges[0].reply.text for one in read] == [text, text]


@pytest.mark.parametrize("number", [float("inf"), float("-inf")])
def test_numbers_that_json_lacks_come_back(tmp_path, number):
    Records(tmp_path).append([trial("q1", scores={"accuracy": number})])
    (line,) = read_trials(tmp_path)
    assert "Infinity" not in (tmp_path / "trials.jsonl").read_text()
    assert trial_from_line(line).scores == {"accuracy": number}


def test_a_half_written_last_line_is_left_out_with_a_warning(tmp_path):
    records = Records(tmp_path)
    records.append([trial("q1"), trial("q2")])
    records.trials_path.write_bytes(records.trials_path.read_bytes()[:-20])
    with pytest.warns(UserWarning, match=r"trials\.jsonl, line 2: only half of a trial"):
        assert [line["id"] for line in read_trials(records.trials_path)] == ["q1"]


def test_a_half_written_last_line_is_cut_off_before_the_next_window(tmp_path):
    records = Records(tmp_path)
    records.append([trial("q1"), trial("q2")])
    records.trials_path.write_bytes(records.trials_path.read_bytes()[:-20])
    records.append([trial("q2"), trial("q3")])
    assert [line["id"] for line in read_trials(tmp_path)] == ["q1", "q2", "q3"]


def test_a_last_line_that_lacks_only_its_newline_is_whole(tmp_path):
    records = Records(tmp_path)
    records.append([trial("q1")])
    records.trials_path.write_bytes(records.trials_path.read_bytes().rstrip(b"\n"))
    assert [line["id"] for line in read_trials(tmp_path)] == ["q1"]
    records.append([trial("q2")])
    assert [line["id"] for line in read_trials(tmp_path)] == ["q1", "q2"]


def test_a_long_half_line_is_cut_off_too(tmp_path):
    records = Records(tmp_path)
    records.append([trial("q1"), trial("q2", "long " * 40_000)])
    records.trials_path.write_bytes(records.trials_path.read_bytes()[:-20])
    records.append([trial("q3")])
    assert [line["id"] for line in read_trials(tmp_path)] == ["q1", "q3"]


@pytest.mark.parametrize("broken", ['{"id": "q2", "questi\n', '["q2"]\n', "\n"])
def test_a_broken_line_is_named_with_file_and_number(tmp_path, broken):
    records = Records(tmp_path)
    records.append([trial("q1")])
    with records.trials_path.open("a") as file:
        file.write(broken)
    records.append([trial("q3")])
    with pytest.raises(ValueError, match=r"trials\.jsonl, line 2"):
        read_trials(tmp_path)


def test_a_line_of_something_else_names_what_is_missing():
    with pytest.raises(ValueError, match=r"trial q1: KeyError 'target'"):
        trial_from_line({"id": "q1", "question": "2 + 2 = ?"})


def failed_line(**reply):
    """A trial of one request that failed, with a reply as a record may hold it."""
    failure = Failed(ContextOverflow(120, 100))
    exchange = Exchange(Generate(Prompt((Message("text", "?"),))), failure)
    example = Example(Question("q1", "?"), "4")
    line = trial_line(Trial(example, (), (exchange,), Answer("", outcome="failed"), {}, "no"))
    line["exchanges"][0]["reply"] |= reply
    return line


def test_a_failure_comes_back_with_its_kind_whatever_its_name():
    for kind in ("ContextOverflow", "no \0 name", ""):
        line = failed_line(error=kind)
        assert trial_line(trial_from_line(line)) == line


@pytest.mark.parametrize("reply", [{"error": None}, {"error": 3}, {"failed": ["why"]}])
def test_a_failure_that_is_no_text_is_refused(reply):
    with pytest.raises(ValueError, match=r"trial q1: TypeError .* expected two texts"):
        trial_from_line(failed_line(**reply))


def test_a_disk_that_is_full_is_an_error_that_names_the_file_and_leaves_whole_windows(tmp_path):
    script = (
        "import resource, sys\n"
        "from promptlab.records.files import Records\n"
        "from test_records import trial\n"
        "records = Records(sys.argv[1])\n"
        "records.append([trial('q1')])\n"
        "size = records.trials_path.stat().st_size\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, resource.RLIM_INFINITY))\n"
        "records.append([trial('q2')])\n"
    )
    here = Path(__file__).parent
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(here)!r})\n{script}"]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "what was written before is whole" in done.stderr.splitlines()[-1]
    assert "trials.jsonl" in done.stderr.splitlines()[-1]
    assert [line["id"] for line in read_trials(tmp_path)] == ["q1"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_result_comes_back(tmp_path):
    records = Records(tmp_path / "new folder")
    records.write_result({"metrics": {"准确率": 0.5, "perplexity": float("nan")}, "k": (1, 2)})
    records.write_result({"metrics": {"准确率": 0.75}, "folder": tmp_path, "k": (1, 2)})
    expected = {"metrics": {"准确率": 0.75}, "folder": str(tmp_path), "k": [1, 2]}
    assert read_result(records.folder) == expected
    assert [path.name for path in records.folder.iterdir()] == ["result.json"]


@pytest.mark.parametrize("edited", [{"metrics": {"": None}}, {"metrics": {"accuracy": 0.9}}, {}])
def test_a_result_whose_figures_were_edited_is_not_believed(tmp_path, edited):
    records = Records(tmp_path)
    records.append([trial("q1")])
    records.write_result({"metrics": {"accuracy": 0.5, "n": 1}, "seed": 1})
    result = read_result(tmp_path)
    assert records.matches(result)
    spoilt = {"trials": result["trials"], "seed": 1, **edited}
    assert not records.matches(spoilt)
    assert "result.json: changed since it was written" in records.mismatch(spoilt)


@pytest.mark.parametrize("trials", [1, [], None, "6"])
def test_a_result_whose_trials_are_no_mapping_is_not_believed(tmp_path, trials):
    records = Records(tmp_path)
    records.append([trial("q1")])
    result = records.write_result({"metrics": {"n": 1}}) | {"trials": trials}
    assert not records.matches(result)
    assert "changed since it was written" in records.mismatch(result)


def test_a_number_that_json_lacks_is_null_in_a_result(tmp_path):
    Records(tmp_path).write_result({"metrics": {"perplexity": float("inf")}})
    assert read_result(tmp_path) == {"metrics": {"perplexity": None}}


def test_a_result_that_json_cannot_say_leaves_the_earlier_one(tmp_path):
    records = Records(tmp_path)
    records.write_result({"seed": 1})
    with pytest.raises(TypeError, match="a result cannot hold"):
        records.write_result({"seed": object()})
    assert read_result(tmp_path) == {"seed": 1}


def test_a_missing_result_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"result\.json"):
        read_result(tmp_path)


def test_a_new_run_in_the_same_folder_keeps_the_earlier_records_aside(tmp_path):
    records = Records(tmp_path)
    records.append([trial("q1")])
    records.write_result({"seed": 1})
    records.begin()
    records.append([trial("q2")])
    assert [line["id"] for line in read_trials(tmp_path)] == ["q2"]
    assert [line["id"] for line in read_trials(tmp_path / "trials.jsonl.previous")] == ["q1"]
    assert not records.result_path.exists()
