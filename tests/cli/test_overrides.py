r"""Overrides are what people mean: text is text, sweeps are sweeps, `\n` is a line break."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlab.cli.config.overrides import PARSER, rewrite_overrides

INSTRUCTION = "dataset.task.instruction"


def values(word: str) -> list:
    """What Hydra reads in an override as it is meant: one value, or those of a sweep.

    Each value of a sweep is read again on its own, as a sweep's variants are.
    """
    (meant,) = rewrite_overrides([word])
    read = PARSER.parse_override(meant)
    if not read.is_sweep_override():
        return [read.value()]
    again = [f"{read.get_key_element()}={each}" for each in read.sweep_string_iterator()]
    return [PARSER.parse_override(each).value() for each in again]


@pytest.mark.parametrize(
    "text",
    [
        *("答案：", "Answer the user's question, briefly.", "100 % sure? #1 @home; a < b & c"),
        *("(a) or [b]; {c}", "It's a 'test', isn't it?", "a=b", 'Say "no", please', "'tis, 'twas"),
        *("[/INST]", ":smile:", "[INST] x [/INST]", "{question}", "ends with a backslash \\x", "~"),
        *(
            r"\theta \times \nabla \boxed{\text{x}}",
            "a, b",
            ",",
            ";",
            "请用“是”或“否”回答，不要解释",
        ),
        *(" Answer: ", "*", "a|b", "(", "[", "]", "}", "x]", "'", '"', "range(1", "f(x)", "`ls`"),
    ],
)
@pytest.mark.parametrize("key", [INSTRUCTION, "template.cue"])
def test_a_text_is_what_was_typed(key: str, text: str) -> None:
    assert values(f"{key}={text}") == [text]


@given(st.text(st.characters(exclude_characters="\\$'\"", exclude_categories=["Cs"]), min_size=1))
@settings(max_examples=150, deadline=None)
def test_any_text_is_itself_or_refused_in_our_words(text: str) -> None:
    word = f"{INSTRUCTION}={text}"
    try:
        (found,) = values(word)
    except ValueError:
        with pytest.raises(ValueError, match="is written"):
            rewrite_overrides([word])
    else:
        assert found in (text, text.strip(), None)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        (r"template.separator=\n###\n", ["\n###\n"]),
        (r"template.separator='\n###\n'", ["\n###\n"]),
        (r"template.cue=\tA:", ["\tA:"]),
        (r"template.cue=\\n", [r"\n"]),
        (r"template.cue='\nA:','B, C:'", ["\nA:", "B, C:"]),
        (r"template.cue=choice('\nA:','答：')", ["\nA:", "答："]),
        (r"template.stop=['\nQ:',\n\n]", [["\nQ:", "\n\n"]]),
        (r"strategy.sampling.stop=[\n问题：]", [["\n问题："]]),
        (r"dataset.delimiter=\t", ["\t"]),
        (r"selection.text={context}\n{question}", ["{context}\n{question}"]),
        (rf"{INSTRUCTION}=Find \theta.\nThen \tan x.", ["Find \\theta.\nThen \\tan x."]),
    ],
)
def test_a_written_line_break_is_one(word: str, meant: list) -> None:
    assert values(word) == meant


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("selection=knn,bm25", ["knn", "bm25"]),
        ("k=1,2", [1, 2]),
        ("k=range(1,4)", [1, 2, 3]),
        ("k=choice(1,2)", [1, 2]),
        ("strategy.sampling.temperature=0.0, 0.7", [0.0, 0.7]),
        ("model.name=a/b,c/d", ["a/b", "c/d"]),
        ("model.name=模型甲,模型乙", ["模型甲", "模型乙"]),
        ("model.name=choice('模型甲','b c')", ["模型甲", "b c"]),
        ("model.extra={top_k: -1, note: 好}", [{"top_k": -1, "note": "好"}]),
        ("strategy.signature=question -> reasoning, answer", ["question -> reasoning, answer"]),
        ("dataset.path='a, b'", ["a, b"]),
        ("dataset.path=2024", ["2024"]),
        ("template.conclude={number: So, text: Hence}", [{"number": "So", "text": "Hence"}]),
        ("model.reply=[Yes, it is. No\\n]", [["Yes", "it is. No\n"]]),
        ("model.reply=Yes, it is.", ["Yes, it is."]),
        ("dataset.delimiter=null", [None]),
        ("name=first, second", ["first, second"]),
    ],
)
def test_a_sweep_a_list_and_a_quoted_value_keep_their_meaning(word: str, meant: list) -> None:
    assert values(word) == meant


@pytest.mark.parametrize(
    "word",
    [
        *("+metric.f1._target_=a.B", "~model", "strategy@strategy.inner=cot", "--multirun", "-m"),
        *("template=qa_v1", "template.cue=A:", f"{INSTRUCTION}=${{oc.env:X}}", "hydra.run.dir=a"),
        *("experiment=quickstart", "foo", "k=[1,2]", "++a.b={c: 1}", "dataset.task.labels=[a,b]"),
    ],
)
def test_what_hydra_reads_as_it_is_meant_stays_as_it_is(word: str) -> None:
    assert rewrite_overrides([word]) == [word]


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("[true,false]", ["true", "false"]),
        ("[01, 02,1.10]", ["01", "02", "1.10"]),
        ("[-1,+1,null,nan]", ["-1", "+1", "null", "nan"]),
        ("[好评,差评]", ["好评", "差评"]),
        ("['a, b',\"c\"]", ["a, b", "c"]),
        ("[]", []),
    ],
)
def test_labels_are_what_is_written(typed: str, labels: list[str]) -> None:
    assert values(f"dataset.task.labels={typed}") == [labels]


def test_a_path_with_a_comma_is_one_where_there_is_such_a_file(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("甲.jsonl", "乙 (2).jsonl", "a,b.jsonl", "${k}.jsonl"):
        Path(name).touch()
    assert values("dataset.path=a,b.jsonl") == ["a,b.jsonl"]
    assert values("dataset.path=甲.jsonl,乙 (2).jsonl") == ["甲.jsonl", "乙 (2).jsonl"]
    assert values("dataset.path=丙,丁.jsonl") == ["丙,丁.jsonl"]
    assert values("dataset.path=${k}.jsonl") == [r"\${k}.jsonl"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("template.cue=A:,B:", "written \"template.cue='A:,B:'\", several are written"),
        ("template.cue=nan", "template.cue is nan; expected text, which is written"),
        ("name=1e9", "\"name='1e9'\""),
        ("dataset.task.labels=好评,差评", 'expected a list: "dataset.task.labels=[好评,差评]"'),
        ("dataset.task.labels=[a,b", "the [ is not closed"),
        ("model.extra={a: 1", "the { is not closed"),
    ],
)
def test_what_may_be_meant_in_two_ways_is_refused_with_what_to_type(word: str, said: str) -> None:
    with pytest.raises(ValueError, match="expected|written") as told:
        rewrite_overrides([word])
    assert said in str(told.value)


@pytest.mark.parametrize("command", ["", "-m", "show", "race", "search"])
def test_every_command_reads_alike(promptlab, command: str) -> None:
    if command == "search":
        pytest.importorskip("optuna", reason='optuna is missing: pip install "promptlab[search]"')
    folder = Path("我的 数据 (v2)")
    (folder / "yaml, 'x'" / "template").mkdir(parents=True)
    (folder / "yaml, 'x'" / "template" / "own.yaml").write_text("defaults: [qa_v1]\n", "utf-8")
    rows = "".join(f'{{"question": "{n} + {n}?", "answer": "{2 * n}"}}\n' for n in (1, 2, 3))
    (folder / "test.jsonl").write_text(rows, "utf-8")
    status, out, err = promptlab(
        *([command] if command else []),
        *("--config-dir", f"{folder}/yaml, 'x'", "template=own", "model=scripted", "tracking=none"),
        *("dataset=jsonl", f"dataset.path={folder}/test.jsonl", "dataset.pool_size=1", "k=1"),
        *(f"{INSTRUCTION}=Answer the user's question, briefly.", r"template.separator=\n###\n"),
        "selection=first" if not command else "selection=first,random",
        *(["--trials", "2"] if command == "search" else []),
    )
    assert (status, err) == (0, "")
    if command == "show":
        assert out.count("Answer the user's question, briefly.\n\nQ: ") == 2
        assert out.count("\n###\n") == 2
    else:
        asked = [path.read_text("utf-8") for path in Path("outputs").rglob("trials.jsonl")]
        assert len(asked) == (2 if command else 1)
        assert all(r"Answer the user's question, briefly.\n\nQ: " in each for each in asked)
        assert all(r"\n###\nQ: " in each for each in asked)
