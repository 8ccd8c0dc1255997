import pytest

from promptlab.index.tokenise import tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  ?! …", []),
        ("The cat, the CAT.", ["the", "cat", "the", "cat"]),
        ("snake_case x2", ["snake", "case", "x2"]),
        ("ＡＢＣ　１２３", ["abc", "123"]),
        ("Straße", ["strasse"]),
        ("猫", ["猫"]),
        ("我爱猫", ["我", "爱", "猫", "我爱", "爱猫"]),
        ("用iPhone拍照。", ["用", "iphone", "拍", "照", "拍照"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("cafe\u0301", ["café"]),
    ],
)
def test_words_are_cut_whatever_the_writing(text, expected):
    assert tokens(text) == expected


def test_without_pairs_every_word_stands_in_its_place():
    assert tokens("我爱cats，猫", pairs=False) == ["我", "爱", "cats", "猫"]
    assert tokens("我爱cats，猫") == ["我", "爱", "我爱", "cats", "猫"]
    assert tokens("plain words", pairs=False) == tokens("plain words")
