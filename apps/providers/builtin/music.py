"""The built-in music: composed and played here, so its licence is nobody's but the team's."""

from apps.media.music import compose
from apps.providers.adapters import Adapter, Done, Work
from apps.providers.capabilities import Capability, Music, MusicRequest

LICENCE = "generated here"
TEMPI = (40, 220)
LENGTHS_S = (0.5, 4 * 3600.0)


class BuiltinMusic(Adapter[MusicRequest]):
    """A piece by mood, genre and tempo; a tempo or length out of range is brought into it."""

    capability = Capability.MUSIC

    def run(self, request: MusicRequest, work: Work) -> Done:
        tempo = min(max(request.tempo, TEMPI[0]), TEMPI[1]) if request.tempo else 0
        length_s = min(max(request.duration_s, LENGTHS_S[0]), LENGTHS_S[1])
        out = work.folder / "music.wav"
        compose(request.mood, tempo, length_s, request.seed, out, request.genre or None)
        return Done(Music(out, LICENCE))
