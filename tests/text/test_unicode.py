import re

import pytest

from promptlab.text.unicode import CJK, HAN, UNSPACED, caseless, narrow, without_punctuation


@pytest.mark.parametrize("text", ["中", "\u3400", "\uf900", "\U00020000", "\U00030000"])
def test_han_is_every_block_of_it(text):
    assert re.fullmatch(f"[{HAN}]", text)


def test_kana_are_no_han_and_neither_are_thai_letters_or_punctuation():
    assert not re.search(f"[{HAN}]", "カかกA。１")
    assert re.fullmatch(f"[{CJK}]+", "カか々中")
    assert re.fullmatch(f"[{UNSPACED}]+", "カ中กခក")


def test_a_narrow_text_has_each_character_where_it_was():
    assert narrow("Ａ＝１０²，“是”　−５") == 'A=10²,"是" -5'


def test_width_case_and_white_space_do_not_tell_caseless_texts_apart():
    assert caseless("  Ｓtraße\n１２ ") == caseless("STRASSE 12")


def test_punctuation_of_any_writing_goes_and_so_do_squads_symbols():
    assert without_punctuation("“3+4”，是~7。") == "34是7"
