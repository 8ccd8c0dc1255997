"""A secret is taken out of what others say, however it is written; all else stays as it is."""

import base64
import html
import json
from urllib.parse import quote

import pytest

from promptlab.model.server.secret import Secret

KEY = "sk-Zq7/Lw+Xb92=Tn_4vR.pM8"
SECRET = Secret(KEY)


def escaped(text):
    return "".join(f"\\u{ord(char):04X}" for char in text)


WRITTEN = {
    "as it is": KEY,
    "after a word": f"Bearer {KEY}",
    "in capitals": KEY.upper(),
    "in small letters": KEY.lower(),
    "percent-encoded": quote(KEY, safe=""),
    "percent-encoded in small letters": quote(KEY, safe="").lower(),
    "percent-encoded throughout": "".join(f"%{byte:02X}" for byte in KEY.encode()),
    "in hexadecimal": KEY.encode().hex(),
    "in capital hexadecimal": KEY.encode().hex().upper(),
    "in escapes of JSON": escaped(KEY),
    "in escapes of HTML": "".join(f"&#{ord(char)};" for char in KEY),
    "in hexadecimal escapes of HTML": "".join(f"&#x{ord(char):X};" for char in KEY),
    **{
        f"in base64 after {shift} bytes": encode(b"me:"[:shift] + KEY.encode() + b"!").decode()
        for shift in range(4)
        for encode in (base64.b64encode, base64.urlsafe_b64encode)
    },
    "its beginning": KEY[:8],
    "its beginning and dots": KEY[:12] + "…",
    "its end": "…" + KEY[-8:],
    "its middle": KEY[5:20],
    "its ends": f"{KEY[:9]}…{KEY[-9:]}",
    "its beginning in base64": base64.b64encode(KEY[:9].encode()).decode(),
    "twice": KEY + KEY,
}


def told(text):
    """The longest piece of the key that a text gives away, in any way of writing it."""
    lengths = [
        end - start
        for start in range(len(KEY))
        for end in range(start + 1, len(KEY) + 1)
        if KEY[start:end].casefold() in text.casefold()
    ]
    return max(lengths, default=0)


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_no_way_of_writing_it_passes(written):
    said = SECRET.out_of(f"a {written} b")
    assert said.startswith("a ")
    assert said.endswith(" b")
    assert "[key]" in said
    # What a sentence of the same length could leave of any encoding: a few letters at the edge.
    left = said[2:-2].replace("[key]", "").replace("Bearer ", "")
    assert len(left) <= 8
    assert told(said) < 8


@pytest.mark.parametrize(
    "text", ["", "short", "a sentence about İstanbul, 键 and keys: sk-", KEY[:7]]
)
def test_a_text_without_it_stays_as_it_is(text):
    assert SECRET.out_of(text) == text


@pytest.mark.parametrize("key", ["", "none", "EMPTY"])
def test_a_placeholder_is_no_secret(key):
    text = f"none of the answers is EMPTY {key}"
    assert Secret(key).out_of(text) == text


def test_texts_names_and_numbers_of_json_are_without_it():
    value = {KEY: [KEY, {"a": f"x{KEY}"}], "n": 7, "x": None, "t": True, "f": 0.5}
    assert SECRET.out_of_json(value) == {
        "[key]": ["[key]", {"a": "x[key]"}],
        "n": 7,
        "x": None,
        "t": True,
        "f": 0.5,
    }
    assert Secret("123456789").out_of_json({"created": 123456789}) == {"created": "[key]"}


def body(text):
    return SECRET.out_of_body(text.encode(), text).decode()


def test_a_body_without_it_is_the_same_to_the_byte():
    for text in ('{"a":  1.50, "b": "\\u00e9"}', "no JSON", "[]"):
        assert body(text) == text


def test_a_body_is_without_it_whatever_its_escapes():
    for written in (KEY, escaped(KEY), html.escape(KEY), escaped(KEY)[:60] + KEY[10:]):
        assert json.loads(body(f'{{"a": "{written}"}}')) == {"a": "[key]"}
    assert KEY not in body(f'{{"a": "{KEY}", "a": "later"}}')
    assert body(f"<p>{KEY}</p>") == "<p>[key]</p>"


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": ' + "9" * 5000 + "}"])
def test_a_body_that_no_reader_can_hold_is_told_in_words(text):
    assert body(text).startswith("JSON with")


def test_it_is_not_in_its_own_description():
    assert KEY not in repr(SECRET)
