"""The parts of a report: templates, pictures, differences, kinds, texts that name the gold."""

import json
from io import BytesIO
from math import nan
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markupsafe import Markup
from matplotlib.figure import Figure
from PIL import Image

from promptlab.report.data.reading.factors import cells, factors, ordered, telling
from promptlab.report.data.reading.gold import names
from promptlab.report.data.reading.outcome import kind
from promptlab.report.data.views.difference import stretches
from promptlab.report.data.views.example_matrix import Matrix
from promptlab.report.data.views.side_by_side import end_cut, middle_cut
from promptlab.report.figures.look import BLUE, tell
from promptlab.report.figures.matrix import picture, png
from promptlab.report.figures.svg import svg
from promptlab.report.html.template import rendered, templates
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


def written(template, **data):
    return rendered(templates().from_string(template), **data)


def test_texts_and_attributes_are_escaped_and_elements_are_not():
    made = written(
        '<p title="{{ told }}">{{ text }}{{ mark }}</p>',
        told='"<',
        text="<b> & ",
        mark=Markup("<b>a</b>"),
    )
    assert made == '<p title="&#34;&lt;">&lt;b&gt; &amp; <b>a</b></p>'


def test_what_is_not_there_is_an_error_in_a_template():
    with pytest.raises(UndefinedError, match="'missing' is undefined"):
        written("{{ missing }}")


def test_data_of_scripts_ends_no_script_and_keeps_its_letters():
    given = {"a": "</script><!-- 中'&", "b": ["\u2028\x9b\ud800", 0.5, None]}
    made = written("{{ given|seen|tojson }}", given=given)
    assert not set(made) & set("<>&'\u2028\x9b\ud800")
    assert "中" in made
    assert json.loads(made) == given | {"b": [r"\u2028\x9b\ud800", 0.5, None]}


def test_a_picture_has_a_pixel_for_each_answer_and_a_hole_for_none():
    kinds = (("right", "wrong", ""), ("", "wrong", "failed"))
    made = png(picture(Matrix(("a", "b"), (), kinds, 0, ())))
    drawn = Image.open(BytesIO(made)).convert("RGBA")
    assert drawn.size == (3, 2)
    pixels = [[drawn.getpixel((x, y)) for x in range(3)] for y in range(2)]
    assert [[pixel[3] > 0 for pixel in row] for row in pixels] == [
        [True, True, False],
        [False, True, True],
    ]
    assert pixels[0][0] == (0x00, 0x72, 0xB2, 255)
    assert pixels[0][1] == pixels[1][1] == (0xD5, 0x5E, 0x00, 255)


def test_a_figure_in_a_page_has_texts_colours_of_the_page_and_what_its_marks_tell():
    figure = Figure()
    axes = figure.subplots()
    tell(axes.scatter([1, 2], [3, 4], color=BLUE), ["<one>", "two\x1b"])
    axes.set_title("#0072b2 & 中")
    made = svg(figure, "A plot")
    root = ElementTree.fromstring(made)
    assert "http" not in made
    assert not [part for part in root.iter() if {"id", "clip-path", "href"} & part.attrib.keys()]
    assert [title.text for title in root.iter("title")] == ["A plot", "<one>", r"two\x1b"]
    assert "#0072b2 & 中" in [text.text for text in root.iter("text")]
    marks = [part for part in root.iter("path") if part.get("class") == "tells"]
    assert all("var(--blue)" in mark.get("style") for mark in marks)


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
