import json
import warnings

import pytest

from promptlab.cli.config.compose import build, compose
from promptlab.leakage import Leak, leaks, plain, without_leaks
from promptlab.types import Dataset, Example, Question, Task

LONG = "how many red apples are left in the old basket on the kitchen table"


def examples(part, *texts, **fields):
    return [Example(Question(f"{part}-{n}", text, **fields), "a") for n, text in enumerate(texts)]


def found(pool, test, **told):
    return [(leak.test, leak.pool, leak.how) for leak in leaks(pool, test, **told)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I can't find my card.", "I can’t find my card"),
        ("a groundhog?", "A ground hog"),
        ("按照传统的“六书”，", "按照传统的”六书”。"),
        ("個數為（）", "個數為."),
        ("ｆｕｌｌ width 12", "full width 12!"),
    ],
)
def test_case_width_spaces_and_punctuation_do_not_tell_questions_apart(one, other):
    assert found(examples("pool", one), examples("test", other)) == [(0, 0, "text")]


@pytest.mark.parametrize(
    ("one", "other"),
    [("[ { ] }", "[ { } ]"), ("not ( True ) and x", "not True and ( x )"), ("1 + 2", "1 * 2")],
)
def test_brackets_and_signs_tell_them_apart(one, other):
    assert found(examples("pool", one), examples("test", other)) == []


def test_a_question_without_a_letter_is_no_leak_of_another():
    assert found(examples("pool", "...", ""), examples("test", "?", "")) == []


def test_choices_in_another_order_are_the_same_question_and_other_contexts_are_others():
    pool = examples("pool", "Which is true?", choices=("a cat", "a dog"))
    assert found(pool, examples("test", "Which is true?", choices=("a dog", "a cat"))) != []
    assert found(pool, examples("test", "Which is true?", choices=("a dog", "a cow"))) == []
    assert plain(Question("", "x", (), "one")) != plain(Question("", "x", (), "two"))


def test_an_id_that_both_have_is_a_leak_and_each_pair_is_told_once():
    pool = [Example(Question("7", "one thing"), "a")]
    test = [Example(Question("7", "another"), "a"), Example(Question("7", "One thing!"), "a")]
    assert found(pool, test) == [(0, 0, "id"), (1, 0, "id")]


def test_texts_that_share_nearly_all_their_words_are_told():
    pool = examples("pool", f"{LONG} here", "nothing of the kind at all in this one")
    assert found(pool, examples("test", LONG)) == [(0, 0, "near")]
    assert found(pool, examples("test", LONG), near=0.95) == []
    assert found(pool, examples("test", LONG), near=1.1) == []


def test_a_word_is_the_whole_difference_of_short_texts():
    assert found(examples("pool", "is a cat big"), examples("test", "is a cat big big")) == []


DYCK = "Complete the rest of the sequence, making sure that the parentheses are closed. Input:"
PENGUINS = (
    "Here is a table of penguins, and each line is one of them. Louis is seven years old and fifty "
    "centimetres high, Bernard is five years old and eighty centimetres high, Gwen is the third. "
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{DYCK} [ {{ [", f"{DYCK} [ {{ ("),
        (f"{DYCK} [ {{ [", f"{DYCK} {{ [ ["),
        (f"{DYCK} [ {{ [", f"{DYCK} [ {{"),
        (f"{LONG} of 12", f"{LONG} of 13"),
        (f"{LONG} of 5 - 3", f"{LONG} of 5 + 3"),
        (f"{PENGUINS}Which is the oldest?", f"{PENGUINS}Which is the youngest?"),
        (f"{LONG} (A) two (B) three", f"{LONG} (A) two (B) four"),
    ],
)
def test_signs_numbers_choices_and_the_last_question_tell_long_texts_apart(one, other):
    assert found(examples("pool", one), examples("test", other)) == []


def test_repeated_words_count():
    words = "not true and true and not false or false is"
    other = "not true and true or false is true is"
    assert frozenset(words.split()) == frozenset(other.split())
    assert found(examples("pool", words), examples("test", other)) == []
    assert found(examples("pool", f"{LONG} now"), examples("test", f"{LONG} now now")) != []


def test_another_premise_is_another_question_and_one_that_is_nearly_the_same_is_not():
    pool = examples("pool", LONG, context="Nobody has ever seen a green apple on that table.")
    other = "The basket was emptied on Monday, and the fruit was sold to the school."
    assert found(pool, examples("test", LONG, context=other)) == []
    assert found(pool, examples("test", LONG)) == []
    near = "Nobody has ever seen a green apple on that table today."
    assert found(pool, examples("test", LONG, context=near)) == [(0, 0, "near")]
    short = examples("pool", "It is so.", context=other)
    assert found(short, examples("test", "It is so.", context=f"{other} Late.")) == [(0, 0, "near")]
    assert found(short, examples("test", "It is not.", context=f"{other} Late.")) == []


def test_other_final_punctuation_is_the_same_text_and_a_word_more_nearly_the_same():
    pool = examples("pool", f"{LONG}?")
    assert found(pool, examples("test", f"{LONG}!", f"{LONG} now.")) == [
        (0, 0, "text"),
        (1, 0, "near"),
    ]


def test_chinese_texts_are_compared_by_characters_and_their_pairs():
    text = "统计模式分类问题中，当先验概率未知时，可以使用哪一种判决准则"
    pool = examples("pool", f"{text}？")
    test = examples(
        "test", f"{text}。", f"在{text}？", text.replace("未知", "已经知道"), "完全不同的问题"
    )
    assert found(pool, test) == [(0, 0, "text"), (1, 0, "near")]


def test_a_pair_of_brackets_among_brackets_is_no_blank():
    assert found(examples("pool", "Input: ( < >"), examples("test", "Input: ( < ( ) >")) == []


def test_near_ones_are_those_of_every_pair_compared_part_by_part():
    import itertools
    import random

    from promptlab.leakage import _alike, _share

    chance = random.Random(0)

    def part(mark):
        return frozenset(f"{mark}{n}" for n in chance.sample(range(9), chance.randint(6, 9)))

    pool, test = ([(part("a"), part("b")) for _ in range(60)] for _ in range(2))
    every = {
        (t, p)
        for t, p in itertools.product(range(60), range(60))
        if all(_share(one, other, 0.7) for one, other in zip(test[t], pool[p], strict=True))
    }
    assert set(_alike(pool, test, 0.7)) == every
    assert len(every) > 10


def test_near_ones_are_those_of_every_pair_compared():
    import itertools
    import random

    from promptlab.leakage import _alike

    chance = random.Random(0)
    sets = [frozenset(chance.sample(range(14), chance.randint(6, 13))) for _ in range(120)]
    named = [frozenset(map(str, some)) for some in sets]
    pool, test = named[:60], named[60:]
    every = {
        (t, p)
        for t, p in itertools.product(range(60), range(60))
        if len(test[t] & pool[p]) >= 0.7 * len(test[t] | pool[p])
    }
    wrapped = [[(words,) for words in some] for some in (pool, test)]
    assert set(_alike(*wrapped, 0.7)) == every
    assert len(every) > 10


DATA = Dataset(
    "mine",
    Task(),
    tuple(examples("pool", "one thing", "two things", "three things")),
    tuple(examples("test", "Two things!", "four things")),
)


def test_leaks_are_told_dropped_or_refused():
    with pytest.warns(UserWarning, match=r"1 of the 2 questions of mine .*1 of the same text"):
        assert without_leaks(DATA, "warn") == DATA
    with pytest.warns(UserWarning, match="test-0 as pool-1 say; they are left out of the pool"):
        kept = without_leaks(DATA, "drop")
    assert [example.id for example in kept.pool] == ["pool-0", "pool-2"]
    with pytest.raises(ValueError, match="leakage=drop leaves these out of the pool"):
        without_leaks(DATA, "error")
    assert leaks(kept.pool, kept.test) == []


def test_a_policy_that_is_none_is_refused():
    with pytest.raises(ValueError, match="leakage is 'ignore'; expected warn, drop or error"):
        without_leaks(DATA, "ignore")


@pytest.mark.parametrize("near", [0, -0.1, 1.01, 90])
def test_a_threshold_that_is_no_share_is_refused(near):
    with pytest.raises(ValueError, match=r"leakage_threshold is .*; expected a share .* most 1"):
        without_leaks(DATA, "warn", near)


def test_the_threshold_is_told_and_decides(tmp_path):
    for name, text in (("train", f"{LONG} here"), ("test", LONG)):
        (tmp_path / f"{name}.jsonl").write_text(
            f'{{"question": "{text}", "answer": "12"}}\n', "utf-8"
        )
    told = ["dataset=jsonl", f"dataset.path={tmp_path}", "selection=zero", "folder=x"]
    with pytest.warns(UserWarning, match=r"1 near-duplicates: similarity at least 0\.9\)"):
        build(compose(told))
    with pytest.warns(UserWarning, match=r"near-duplicates: similarity at least 0\.8\)"):
        build(compose([*told, "leakage_threshold=0.8"]))
    with warnings.catch_warnings(action="error"):
        build(compose([*told, "leakage_threshold=1"]))
    with pytest.raises(ValueError, match='leakage_threshold is "high"; expected a number'):
        build(compose([*told, "leakage_threshold=high"]))


def test_the_command_line_says_what_becomes_of_leaks(tmp_path):
    for name, text in (("train", "one thing"), ("test", "One thing?")):
        line = f'{{"question": "{text}", "answer": "12"}}\n'
        (tmp_path / f"{name}.jsonl").write_text(line + line.replace("One", "Three"), "utf-8")
    told = ["dataset=jsonl", f"dataset.path={tmp_path}", "selection=zero", "folder=x"]
    with pytest.warns(UserWarning, match="leakage=drop leaves these out"):
        assert len(build(compose(told)).dataset.pool) == 2
    with pytest.warns(UserWarning, match="they are left out of the pool"):
        assert build(compose([*told, "leakage=drop"])).dataset.pool == ()
    with pytest.raises(ValueError, match="stand in the pool too"):
        build(compose([*told, "leakage=error"]))


@pytest.mark.parametrize("selection", ["bm25", "random", "first", "ngram_overlap"])
def test_no_question_is_among_its_own_demonstrations_in_any_disguise(tmp_path, selection):
    pool = [("same-id", "put in other words altogether"), ("b", f"{LONG.upper()}!"), ("c", "cats")]
    pool += [("d", f"{LONG} now"), ("e", "what is a dog"), ("f", "what is a cow")]
    test = [("same-id", "what was said at first"), ("y", f"{LONG}?")]
    for name, rows in (("train", pool), ("test", test)):
        lines = (json.dumps({"id": i, "question": q, "answer": "1"}) + "\n" for i, q in rows)
        (tmp_path / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    told = ["dataset=jsonl", f"dataset.path={tmp_path}", f"selection={selection}", "folder=x"]
    with pytest.warns(UserWarning, match="of the same id, 1 of the same text, 1 near-dup"):
        data = build(compose([*told, "leakage=drop"])).dataset
    assert [example.id for example in data.pool] == ["c", "e", "f"]
    with pytest.warns(UserWarning, match="leakage=drop leaves these out"):
        whole = build(compose([*told, "k=4"]))
    select = whole.selection.fit(whole.dataset.pool)
    one, other = ({demo.id for demo in select(each.question)} for each in whole.dataset.test)
    assert ("same-id" in one, "b" in other) == (False, False)  # these never, leakage=warn or not


def test_a_leak_is_a_place_in_each():
    assert leaks(DATA.pool, DATA.test) == [Leak(0, 1, "text")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("按照传统的“六书”体例，“益”字应属", "按照传统的“六书”体例，“吹”字应属"),
        ("按照传统的'六书'体例，'益'字应属哪一种", "按照传统的'六书'体例，'吹'字应属哪一种"),
        ("按照传统的「六书」体例，「益」字应属", "按照传统的『六书』体例，『吹』字应属"),
        (f"{LONG} is 'red' there", f"{LONG} is 'green' there"),
        ('which of the many old words in this very long list means "x"', None),
        (
            "True and True and False and not True is",
            "True and False and not True and True is",
        ),
        ("not True and True and False and True is", "True and False and not True and True is"),
    ],
)
def test_what_is_quoted_and_the_order_of_repeated_words_tell_texts_apart(one, other):
    test = examples("test", other or one.replace('"x"', '"y"'))
    assert found(examples("pool", one), test) == []


def test_marks_of_quotation_and_apostrophes_are_no_difference():
    pool = examples("pool", f"{LONG} don't the dogs' owners say “red one” there")
    test = examples("test", f"{LONG} don’t the dogs’ owners say 'red one' there now")
    assert found(pool, test) == [(0, 0, "near")]
    quoted = "a quotation of so many words that one of them is not the difference"
    pool = examples("pool", f'{LONG} says "{quoted} at all"')
    assert found(pool, examples("test", f'{LONG} says "{quoted}"')) == [(0, 0, "near")]


def test_what_lists_all_is_named_where_there_are_several():
    pool, test = (tuple(examples(part, "one", "two")) for part in ("pool", "test"))
    with pytest.raises(ValueError, match=r"2 of the 2 .*--leaks leaks.csv lists all 2 pairs\)"):
        without_leaks(Dataset("mine", Task(), pool, test), "error")
    with pytest.raises(ValueError, match="1 of the 2") as refused:
        without_leaks(DATA, "error")
    assert "lists all" not in str(refused.value)
