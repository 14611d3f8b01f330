"""Text as people paste it: cleaned, its language found, cut into sentences and words. Every script, nothing
outside."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import lxml.html
import nupunkt
from lxml.etree import LxmlError
from py3langid.langid import MODEL_FILE, LanguageIdentifier

SURE_LETTERS = 20
# What can be told apart; dialects and rare neighbours would only be mistaken for these.
LANGUAGES = (
    "af am ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km "
    "kn ko ky lo lt lv mk ml mn mr ms mt my ne nl no pa pl ps pt ro ru si sk sl sq sr sv sw ta te th tr uk ur vi xh "
    "zh zu"
)

_TAG_NAMES = (
    "a|abbr|article|aside|audio|b|base|blockquote|body|br|button|canvas|code|dd|div|dl|dt|em|embed|figcaption|figure|"
    "footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|label|li|link|main|meta|nav|noscript|object|ol|option|p|"
    "pre|script|section|select|small|source|span|strong|style|sub|sup|svg|table|tbody|td|template|textarea|th|thead|"
    "title|tr|u|ul|video"
)
_TAG = re.compile(
    rf"<(?:!--|!doctype|/?(?:{_TAG_NAMES})(?:/?>|\s+/?>|[\s/]+[\w:@-]+))[^<>]{{0,2000}}>?", re.IGNORECASE
)
_DROPPED_TAGS = ("script", "style", "noscript", "template", "iframe", "object", "svg", "head", "nav", "form")
_BLOCK_TAGS = {
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "td", "th", "tr",
    "ul",
}  # fmt: skip
# Zero-width space, bidirectional controls, byte order mark, soft hyphen; joiners stay, emoji and Persian
# need them.
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffc]"
)
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_UNSPACED = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"  # kana and Han
_UNSPACED_CHAR = re.compile(
    f"[{_UNSPACED}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
)  # and Thai, Lao, Burmese, Khmer
_CJK_END = re.compile(r"[^。！？｡]+[。！？｡]*[」』）”’]*")


def clean(text: str) -> str:
    """`text` as plain text: markup taken out with its scripts and styles, control characters dropped,
    spaces evened.

    Lines and empty lines between paragraphs stay. Half surrogates, which no database takes, are dropped
    too.
    """
    text = _CONTROL.sub(" ", _lines(text.encode("utf-8", "ignore").decode("utf-8")))
    if _TAG.search(text):
        text = _CONTROL.sub(" ", _without_markup(text))
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")


def _without_markup(text: str) -> str:
    try:
        root = lxml.html.fromstring(f"<div>{text}</div>")
    except (LxmlError, ValueError):
        return _TAG.sub(" ", text)
    for element in list(root.iter(*_DROPPED_TAGS, lxml.etree.Comment)):
        element.drop_tree()
    for element in root.iter(*_BLOCK_TAGS):
        element.tail = "\n" + (element.tail or "")
        element.text = (element.text or "") if element.tag == "br" else "\n" + (element.text or "")
    return str(root.text_content()) or _TAG.sub(" ", text)  # nothing is left of markup nested hundreds deep


@lru_cache(maxsize=256)
def detect_language(text: str, default: str = "en", sure_letters: int = SURE_LETTERS) -> str:
    """ISO 639-1 code of the text's language, found from its first 5,000 characters.

    `default` where there are no letters, or fewer Latin ones than `sure_letters`.
    """
    sample = text[:5000]
    letters = sum(char.isalpha() for char in sample)
    if letters == 0 or (letters < sure_letters and sample.isascii()):
        return default
    return str(_identifier().classify(sample)[0])


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES.split())
    return identifier


def base_language(language: str) -> str:
    """ "pt" for "pt-BR" and "pt_br"."""
    return re.split("[-_]", language.strip().lower())[0]


def is_unspaced(text: str) -> bool:
    """Whether the text is mostly in a script that puts no spaces between words."""
    letters = sum(char.isalpha() for char in text[:2000])
    return letters > 0 and len(_UNSPACED_CHAR.findall(text[:2000])) * 2 > letters


def sentences(paragraph: str) -> list[str]:
    """The sentences of one paragraph, stripped, in order; together they hold all its words."""
    if is_unspaced(paragraph):
        found: Iterator[str] | list[str] = (match.group() for match in _CJK_END.finditer(paragraph))
    elif re.search("[؟।॥۔։።]", paragraph):
        found = (part for part in re.split(r"(?<=[؟।॥۔։።!?.…])\s+", paragraph))
    else:
        found = [str(sentence) for sentence in nupunkt.sent_tokenize(paragraph)]
    return [sentence.strip() for sentence in found if sentence.strip()]


def paragraphs(text: str) -> list[str]:
    """Paragraphs of a cleaned text. Lines that were only wrapped are joined; a line that ends a sentence
    ends one."""
    found: list[str] = []
    for block in re.split(r"\n\s*\n", text):
        joined = ""
        for line in block.split("\n"):
            wrapped = joined and not re.search(r"[.!?:;。！？؟।…\"”»)]$", joined) and line[:1].islower()
            if joined and not wrapped:
                found.append(joined)
                joined = ""
            joined = f"{joined} {line}".strip()
        if joined:
            found.append(joined)
    return found


def tokens(text: str) -> list[str]:
    """Lower-case words for comparing texts; in scripts without spaces, pairs of neighbouring characters."""
    words: list[str] = []
    for word in re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower()):
        if _UNSPACED_CHAR.search(word):
            words += [word[i : i + 2] for i in range(max(len(word) - 1, 1))]
        else:
            words.append(word)
    return words


def word_count(text: str) -> float:
    """How many words a voice would speak: two characters of a script without spaces count as one word."""
    unspaced = len(_UNSPACED_CHAR.findall(text))
    spaced = len(re.findall(r"[^\W_]+(?:['’][^\W_]+)*", _UNSPACED_CHAR.sub(" ", text)))
    return spaced + unspaced / 2
