"""The page holds everything, asks nothing of any other place, and takes no text for markup."""

import re
import struct
from base64 import b64decode

import pytest
from reading_html import Page
from report_runs import trial, trials, write

from promptlab.report.data.standings import read_standings
from promptlab.report.html.page import embedded, page


@pytest.fixture
def shown(sweep):
    return Page(page(read_standings([sweep])))


def test_the_page_has_a_section_for_every_question(shown):
    headings = ("Ranking", "Forest", "Pareto", "Factors", "Examples", "Side by side")
    assert all(heading in shown.text for heading in (*headings, "Outcomes", "Costs", "Method"))
    anchors = {section["id"] for section in shown.all("section")}
    assert {f"#{anchor}" for anchor in anchors} == {link["href"] for link in shown.all("a")}


def test_every_variant_stands_in_the_ranking_with_its_interval(shown):
    for name in ("knn,k=1", "random,k=4"):
        assert name in shown.text
    assert re.search(r"\d\d\.\d – \d\d\.\d", shown.text)
    assert "knn,k=4 has the highest accuracy" in shown.text
    assert "it beats" in shown.text.lower()


def test_nothing_is_fetched_from_anywhere(sweep):
    text = page(read_standings([sweep]))
    shown = Page(text)
    assert not shown.all("link")
    assert all("src" not in script for script in shown.all("script"))
    assert all(image["src"].startswith("data:image/png;base64,") for image in shown.all("img"))
    assert not re.search(r"https?://|@import|url\(|fetch\(", text)


def test_the_matrix_has_a_pixel_for_every_answer(shown):
    (image,) = shown.all("img")
    picture = b64decode(image["src"].partition(",")[2])
    assert struct.unpack(">II", picture[16:24]) == (40, 6)
    (told,) = shown.data["matrix-data"]
    assert len(told["examples"]) == 40
    assert told["variants"][0] == "knn,k=4"


def test_any_two_variants_of_a_small_sweep_can_be_chosen(shown):
    (told,) = shown.data["pair-data"]
    assert len(told["variants"]) == 6
    assert len(told["pairs"]) == 15
    options = [each for each in shown.all("option") if "selected" in each]
    assert [each["value"] for each in options] == ["0", "1"]
    one, other = told["prompts"][0], told["prompts"][1]
    ends = told["pairs"]["0,1"]["ends"]
    assert ends[-2:] == [len(one), len(other)]
    same = [
        (one[a:c], other[b:d])
        for (a, b), (is_same, c, d) in zip(
            [(0, 0), *zip(ends[1::3], ends[2::3], strict=True)],
            zip(ends[::3], ends[1::3], ends[2::3], strict=True),
            strict=False,
        )
        if is_same
    ]
    assert same
    assert all(left == right for left, right in same)


def test_a_plot_says_what_it_is_and_can_be_scrolled_by_keys(shown):
    plots = [each for each in shown.all("svg") if "plot" in each["class"]]
    assert len(plots) == 5  # the two settings make one heat map
    assert all(plot["role"] == "img" for plot in plots)
    scrolled = [each for each in shown.all("div") if each.get("class") == "wide"]
    named = ["Forest plot", "Pareto plot", "Curve over k", "Variance"]
    assert [each["aria-label"] for each in scrolled] == named
    assert all(each["tabindex"] == "0" for each in scrolled)


def test_a_plot_has_the_colours_of_the_page_and_tells_every_mark(sweep):
    read = read_standings([sweep])
    text = page(read)
    plots = "".join(re.findall(r"<svg.*?</svg>", text, re.DOTALL))
    assert not re.search("#0072b2|#d55e00|#1b1f24|#ffffff", plots)
    for place in read[0].ranking:
        score = f"{100 * place.variant.mean:.1f}"
        assert f"<title>{place.name}: {score} [" in plots
        assert f"<title>{place.name}: {score} %, {place.cost.tokens:,.0f} tokens" in plots


def test_differences_of_prompts_are_marked(shown):
    assert shown.all("mark")
    assert "Demo. " in shown.text


def test_of_a_large_sweep_the_best_the_baseline_and_the_worst_can_be_chosen(tmp_path):
    for number in range(22):
        write(tmp_path, f"variant={number}", trials(0.5 + number / 60, 30))
    (sweep,) = read_standings([tmp_path], baseline="variant=3")
    shown = Page(page([sweep]))
    (told,) = shown.data["pair-data"]
    assert told["variants"] == [*sweep.names[:12], "variant=3", sweep.names[-1]]
    assert len(shown.all("pre")) >= 2
    assert "Examples on which they disagree" in shown.text


def test_texts_are_never_markup(tmp_path):
    evil = "</script><script>alert('x')</script><img src=x onerror=alert(1)>&amp;"
    for share, name in ((0.9, f"a,{evil}"), (0.5, f"b,{evil}"), (0.4, "c")):
        made = [
            trial(n, gold=evil, said=evil if n / 20 < share else f"<b>{n}", prompt=f"{evil} {{}}")
            for n in range(20)
        ]
        write(tmp_path, name, made)
    shown = Page(page(read_standings([tmp_path])))
    assert len(shown.all("script")) == 3
    assert not [image for image in shown.all("img") if "onerror" in image]
    assert "<b>10" in shown.text
    assert evil in shown.text
    assert shown.data["pair-data"][0]["prompts"][0].startswith(evil)


def test_chinese_stands_as_it_is_written(tmp_path):
    for name, share in (("检索=近邻", 1.0), ("检索=随机", 0.4)):
        made = [
            trial(
                n, gold="正面", said="正面" if n / 10 < share else "负面", prompt="评论：{}\n情感："
            )
            for n in range(10)
        ]
        write(tmp_path, name, made, dataset="情感")
    text = page(read_standings([tmp_path]))
    shown = Page(text)
    for said in ("检索=近邻", "情感", "评论：", "负面"):
        assert said in shown.text
    assert "\\u" not in text.split("pair-data")[0]
    plots = "".join(re.findall(r"<svg.*?</svg>", text, re.DOTALL))
    assert re.search("<text[^>]*>近邻</text>|<text[^>]*>检索=近邻</text>", plots)


def test_half_a_surrogate_and_control_characters_do_no_harm(tmp_path):
    made = [trial(n, gold="1", said="1" if n else "\ud83d\x00\x1b[0m") for n in range(4)]
    write(tmp_path, "odd\x07", made)
    text = page(read_standings([tmp_path]))
    text.encode("utf-8")
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", text)
    assert Page(text).all("table")


def test_a_single_variant_is_reported_without_comparisons(tmp_path):
    write(tmp_path, "alone", trials(0.5))
    shown = Page(page(read_standings([tmp_path])))
    assert "alone has the highest accuracy" in shown.text
    assert "Side by side" not in shown.text
    assert "Forest" not in shown.text


def test_damage_is_said_and_the_rest_is_reported(sweep):
    broken = sweep / "knn-k=1" / "trials.jsonl"
    lines = broken.read_text("utf-8").splitlines(keepends=True)
    lines[3] = "{broken\n"
    broken.write_text("".join(lines) + '{"id": "half', "utf-8")
    others = [trial(number + 100, gold="1", said="1") for number in range(9)]
    write(sweep, "elsewhere", others, dataset="another")
    write(sweep, "killed,k=3", trials(0.5)[:7], dataset="", finished=False)
    first, second = read_standings([sweep])
    assert len(first.variants) == 7
    assert [variant.name for variant in second.variants] == ["elsewhere"]
    shown = Page(page((first, second)))
    for said in (
        "line 4: broken, left out",
        "half-written, left out",
        "elsewhere: run on another, compared apart",
        "not finished, 7 trials so far",
    ):
        assert said in shown.text


def test_many_answers_make_no_many_elements(tmp_path):
    for number in range(24):
        write(tmp_path, f"variant={number}", trials(0.5, 200, seed=number % 3))
    text = page(read_standings([tmp_path]))
    assert len(text) < 400_000
    assert len(Page(text).elements) < 6_000


def test_a_notebook_shows_the_ranking_alone(sweep):
    shown = Page(embedded(read_standings([sweep])[0]))
    assert len(shown.all("table")) == 1
    assert "knn,k=4 has the highest accuracy" in shown.text
