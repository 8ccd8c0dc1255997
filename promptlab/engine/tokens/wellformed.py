"""Text as UTF-8 can hold it, for tokenizers and servers, which refuse everything else.

Half a surrogate pair (a character that was cut in two) is no character: it is read as U+FFFD, the
sign for what cannot be read. Two halves that belong together are one character again.
"""


def wellformed(text: str) -> str:
    """The text with U+FFFD for every half of a surrogate pair; any other text as it stands."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
