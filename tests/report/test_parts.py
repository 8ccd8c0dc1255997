"""The parts of a report: markup, pictures, differences, axes, kinds, texts that name the gold."""

import struct
import zlib
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlab.report.data.difference import stretches
from promptlab.report.data.factors import cells, factors, ordered, telling
from promptlab.report.data.gold import names
from promptlab.report.data.outcome import kind
from promptlab.report.data.side_by_side import end_cut, middle_cut
from promptlab.report.figures.axis import Axis
from promptlab.report.figures.png import png
from promptlab.report.html.markup import joined, tag
from promptlab.report.number_format import percent, points, pvalue, seconds


@pytest.mark.parametrize(
    ("text", "gold", "choices", "found"),
    [
        ("so 1,234 of them", "1234", (), True),
        ("so 12345 of them", "1234", (), False),
        ("it is 3.5", "3", (), False),
        ("it is 3.", "3", (), True),
        ("it is 3.0", "3", (), True),
        ("Positively not", "positive", (), False),
        ("POSITIVE!", "positive", (), True),
        ("这句话是正面的", "正面", (), True),
        ("共１２个", "12", (), True),
        ("a dog (B) it is", "B", ("cat", "dog"), True),
        ("it is a dog", "B", ("cat", "dog"), True),
        ("it is a bird", "A", ("cat", "dog"), False),
        ("The answer is a", "A", ("cat", "dog"), True),
        ("anything", "", (), False),
    ],
)
def test_a_text_names_the_gold_answer_as_a_word_of_its_own(text, gold, choices, found):
    assert names(text, [gold], choices) is found


def test_an_alias_is_as_good():
    assert names("in Holland", ["Netherlands", "Holland"])


def test_kinds_tell_wrong_from_never_found():
    assert [kind("parsed", score) for score in (1.0, 0.5, 0.0, nan)] == [
        *("right", "in part", "wrong", "wrong"),
    ]
    assert [kind(outcome, 0.0) for outcome in ("truncated", "refused", "")] == [
        *("truncated", "refused", "unparsed"),
    ]


@given(st.text("ab 正。\n", max_size=60), st.text("ab 正。\n", max_size=60))
def test_stretches_put_together_are_the_texts(one, other):
    parts = stretches(one, other)
    assert "".join(part.one for part in parts) == one
    assert "".join(part.other for part in parts) == other
    assert all(part.one == part.other for part in parts if part.same)


def test_only_the_words_that_differ_are_marked():
    parts = stretches("Q: two cats\nA: 2\n", "Q: two dogs\nA: 2\n")
    assert [(part.one, part.other) for part in parts if not part.same] == [("cats", "dogs")]
    parts = stretches("这是正面的", "这是负面的")
    assert [(part.one, part.other) for part in parts if not part.same] == [("正", "负")]


def test_texts_and_attributes_are_escaped_and_elements_are_not():
    made = tag("p", "<b> & ", tag("b", 'a"b'), title='"<', class_="x", open=True, id=None)
    assert made == ('<p title="&quot;&lt;" class="x" open>&lt;b&gt; &amp; <b>a"b</b></p>')
    assert joined(None, ["a", ["<"]], 3) == "a&lt;3"
    assert tag("wbr") == "<wbr/>"


def test_a_picture_is_what_the_format_says():
    made = png([b"\x00\x01\x02", b"\x02\x01\x00"], ["#ff0000", "#00ff00"])
    assert made.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", made[16:24]) == (3, 2)
    start = made.index(b"IDAT")
    (size,) = struct.unpack(">I", made[start - 4 : start])
    assert zlib.decompress(made[start + 4 : start + 4 + size]) == b"\0\x00\x01\x02\0\x02\x01\x00"
    assert made[made.index(b"PLTE") + 4 :].startswith(b"\xff\0\0\0\xff\0\0\0\0")
    with pytest.raises(ValueError, match="rows of one length"):
        png([b"\x00", b"\x00\x00"], ["#000000"])


def test_ticks_are_round_numbers_within_the_axis():
    assert Axis(0.12, 0.87, 0, 100).ticks() == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert Axis(40, 900, 0, 100, log=True).ticks() == [50, 100, 200, 500]
    assert Axis(0.5, 0.5, 0, 100)(0.5) == 50


def test_settings_that_follow_from_others_are_no_factors():
    def config(name, k, **more):
        stage = {"_target_": f"lab.{name}", "k": k} | more
        return {"k": k, "seed": 0, "selection": stage, "tracking": {"at": k}}

    found = factors([config("KNN", 1, width=3), config("KNN", 2, width=3), config("Zero", 1), {}])
    assert found == {"k": ["1", "2", "1", "–"], "selection": ["KNN", "KNN", "Zero", "–"]}


def test_the_strongest_factors_come_first():
    levels = {"weak": list("abab"), "strong": list("ccdd")}
    assert telling(levels, [0.1, 0.2, 0.8, 0.9]) == ["strong", "weak"]
    assert cells(levels["weak"], levels["strong"], [1, 2, 3, 4])["a", "d"] == [3]
    assert ordered(["16", "2", "–"]) == ["–", "2", "16"]


def test_long_texts_lose_their_middle_or_their_end():
    assert middle_cut("a" * 30 + "b" * 30, 20).startswith("a" * 10 + "\n… 40 characters left out")
    assert end_cut("one\n two  three", 8) == "one two…"


def test_numbers_are_written_for_people():
    assert (percent(0.1234), percent(nan)) == ("12.3", "–")
    assert (points(-0.05), points(0.051), points(-0.0001)) == ("−5.0", "+5.1", "0.0")
    assert (pvalue(0.00001), pvalue(0.0321), pvalue(1.0)) == ("< 0.0001", "0.032", "1")
    assert (seconds(3.21), seconds(180), seconds(nan)) == ("3.2 s", "3.0 min", "–")
