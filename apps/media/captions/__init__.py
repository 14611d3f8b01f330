"""Captions: word-by-word text burnt into the picture (ASS, drawn by libass) and as files (SRT, VTT)."""

from apps.media.captions.ass import ass_document
from apps.media.captions.files import Cue, cue_words, cues, srt, srt_of, vtt, vtt_of
from apps.media.captions.pages import Line, Page, group_words
from apps.media.captions.styles import CaptionLook, CaptionPosition, CaptionStyle
from apps.media.captions.words import Word

__all__ = [
    "CaptionLook",
    "CaptionPosition",
    "CaptionStyle",
    "Cue",
    "Line",
    "Page",
    "Word",
    "ass_document",
    "cue_words",
    "cues",
    "group_words",
    "srt",
    "srt_of",
    "vtt",
    "vtt_of",
]
