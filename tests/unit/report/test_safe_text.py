"""Device text at the doors of each sink."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from troubleshoot.report import safe

HOSTILE = st.text(
    st.one_of(
        st.sampled_from("`~*_[]()<>#!|\\&:;-+=.0123456789\"'/ \t\n\r\x1b\x9b\x00\u202e\u2028$@"),
        st.characters(codec=None),
    ),
    max_size=80,
)
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PLAIN = {"paragraph_open", "paragraph_close", "inline", "bullet_list_open", "bullet_list_close"}
PLAIN |= {"list_item_open", "list_item_close"}


def kinds(markdown: str) -> set[str]:
    def inner(tokens: list[Token]) -> set[str]:
        return {token.type for token in tokens} | {kind for token in tokens for kind in inner(token.children or [])}

    return inner(PARSER.parse(markdown))


class Reader(HTMLParser):
    """Collects tags and text as a browser would."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "line", "circle"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("line", "circle"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@given(HOSTILE)
def test_visible_text_has_no_hidden_characters_and_keeps_its_lines(text: str) -> None:
    shown = safe.visible(text)
    assert shown.count("\n") == text.count("\n")
    assert all(char.isprintable() or char in "\n\t" or ord(char) >= 0xA0 for char in shown)
    assert not set(shown) & set("\x1b\x9b\r\x00\x7f\u202e\u2028\ufeff")
    shown.encode("utf-8")
    assert safe.visible(shown) == shown


def test_controls_become_readable() -> None:
    assert safe.visible("a\x1b[2Jb\x7f\x9b\u202ec\r\nd") == "a␛[2Jb␡⟨U+009B⟩⟨U+202E⟩c\nd"
    assert safe.visible("Zürich\t10 °C") == "Zürich\t10 °C"


@given(HOSTILE)
def test_html_text_is_text(text: str) -> None:
    reader = Reader(f'<p title="{safe.html(text)}">{safe.html(text)}</p>')
    assert [tag for tag, _ in reader.tags] == ["p"]
    assert reader.tags[0][1]["title"] == safe.visible(text)
    assert reader.text == safe.visible(text)


@given(HOSTILE)
def test_a_markdown_sentence_is_a_sentence(text: str) -> None:
    found = kinds(f"- {safe.markdown(text)}\n")
    assert found <= PLAIN | {"text", "text_special"}
    tokens = PARSER.parse(f"x {safe.markdown(text)}\n")
    shown = "".join(child.content for child in (tokens[1].children or []))
    assert " ".join(shown.split()) == " ".join(f"x {safe.one_line(text)}".split())


@given(HOSTILE)
def test_markdown_code_is_one_piece_of_code(text: str) -> None:
    tokens = PARSER.parse(f"- x {safe.markdown_code(text)} y\n")
    inline = next(token for token in tokens if token.type == "inline").children or []
    assert [child.type for child in inline] == ["text", "code_inline", "text"]
    assert inline[1].content.strip() == safe.one_line(text).strip()


@given(HOSTILE)
def test_a_markdown_block_is_one_block(text: str) -> None:
    tokens = PARSER.parse(f"before\n\n{safe.markdown_block(text)}\n\nafter\n")
    assert [token.type for token in tokens if token.type == "fence"] == ["fence"]
    fence = next(token for token in tokens if token.type == "fence")
    assert fence.content == safe.visible(text) + "\n"
    assert tokens[-2].content == "after"


@pytest.mark.parametrize("text", ["```\n# out", "~~~\n# out", "````\n````\n<b>", "`" * 40])
def test_known_ways_out_of_a_fence(text: str) -> None:
    assert kinds(safe.markdown_block(text)) == {"fence"}


@pytest.mark.parametrize(
    "text",
    [
        "# heading",
        "- item",
        "1. item",
        "1) item",
        "> quote",
        "===",
        "![x](http://evil.example/x.png)",
        "[x](javascript:alert(1))",
        "<http://evil.example>",
        "<img src=x onerror=alert(1)>",
        "&lt;b&gt;",
        "| a | b |",
        "    code",
        "[x]: http://evil.example",
    ],
)
def test_no_markup_in_sentences(text: str) -> None:
    for prefix in ("", "- ", "## "):
        found = kinds(f"{prefix}{safe.markdown(text)}\n")
        assert not found & {
            "link_open",
            "image",
            "html_inline",
            "html_block",
            "code_block",
            "blockquote_open",
            "table_open",
        }
        assert prefix or found <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}
