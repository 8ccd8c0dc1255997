"""A page, taken apart by the standard library's parser, which checks that elements are closed."""

import json
from html.parser import HTMLParser

VOID = {"br", "wbr", "img", "meta", "input", "link"}


class Page(HTMLParser):
    """What a page holds: its texts, its elements, and the data of its scripts."""

    def __init__(self, text):
        super().__init__()
        self.open, self.texts, self.elements, self.data = [], [], [], {}
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        tag, attributes = self.open[-1] if self.open else ("", {})
        if tag == "script" and attributes.get("type") == "application/json":
            self.data.setdefault(attributes["class"], []).append(json.loads(data))
        elif tag not in ("script", "style"):
            self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]
