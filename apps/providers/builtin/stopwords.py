"""Words that say nothing of a text's subject."""

from functools import lru_cache

import justext

_ENGLISH = """
a about above after again against ago all almost along already also although always am among an and another any anyone
anything are around as at away back be became because become been before began behind being below between both but by
came can cannot come comes could did do does doing done down due during each either else enough even ever every everyone
everything far few first for found from full gave get gets getting give given go goes going gone got had half has have
having he her here hers herself him himself his how however i if in indeed instead into is it its itself just keep
know known last later least less let like likely long look looks lot made make makes making many may maybe me mean means
might mine more most mostly much must my myself near nearly need needs neither never new next no nobody none nor not
nothing now of off often old on once one ones only onto or other others our ours out over own part per perhaps place put
quite rather really right said same saw say says second see seem seems seen set several shall she should show since so
some someone something sometimes soon still such take taken takes than that the their them themselves then there these
they thing things think this those though thought three through thus time times to today together told too took toward
towards try turn turned two under until up upon us use used uses using usually very want wants was way ways we well went
were what whatever when where whether which while who whole whom whose why will with within without won't work would
year years yes yet you your yours yourself don't doesn't didn't isn't aren't wasn't weren't can't couldn't wouldn't
shouldn't it's that's there's i'm you're we're they're i've you've we've they've i'll you'll we'll they'll he's she's
what's let's
"""

_NAMES = {
    "af": "Afrikaans", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali",
    "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek",
    "eo": "Esperanto", "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "ga": "Irish", "gl": "Galician", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ka": "Georgian",
    "kk": "Kazakh", "kn": "Kannada", "ko": "Korean", "ky": "Kyrgyz", "lt": "Lithuanian", "lv": "Latvian",
    "mk": "Macedonian", "ml": "Malayalam", "mr": "Marathi", "ms": "Malay", "mt": "Maltese", "ne": "Nepali",
    "nl": "Dutch", "no": "Norwegian_Bokmal", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili",
    "ta": "Tamil", "te": "Telugu", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese",
}  # fmt: skip
_CHINESE = "的是了在和有我他这那不也就都而及与着或一个没我们你们他们它们以及因为所以如果但是可以"


@lru_cache(maxsize=16)
def stopwords(language: str) -> frozenset[str]:
    """Lower-case stop words of a language (ISO 639-1); for Chinese and Japanese its empty characters, else
    nothing."""
    if language == "en":
        return frozenset(_ENGLISH.split())
    if language in ("zh", "ja"):
        return frozenset(_CHINESE)
    name = _NAMES.get(language)
    return frozenset(word.lower() for word in justext.get_stoplist(name)) if name else frozenset()
