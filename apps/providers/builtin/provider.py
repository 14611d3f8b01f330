"""The built-in provider: every capability, without a key and without the network (PRV-05)."""

from apps.providers.adapters import Adapter, Done, Work
from apps.providers.builtin.captions import BuiltinCaptions
from apps.providers.builtin.moderation import BuiltinModeration
from apps.providers.builtin.music import BuiltinMusic
from apps.providers.builtin.script import rewrite_scene, write_script
from apps.providers.builtin.titles import suggest_titles
from apps.providers.builtin.visual import BuiltinVisual
from apps.providers.builtin.voice import BuiltinVoice
from apps.providers.capabilities import Capability, RewriteRequest, ScriptRequest, TitlesRequest
from apps.providers.registry import Provider


class BuiltinScript(Adapter[ScriptRequest | RewriteRequest | TitlesRequest]):
    """Scripts, rewritten scenes and titles out of the text's own sentences."""

    capability = Capability.SCRIPT

    def run(self, request: ScriptRequest | RewriteRequest | TitlesRequest, work: Work) -> Done:
        if isinstance(request, TitlesRequest):
            return Done(suggest_titles(request))
        if isinstance(request, RewriteRequest):
            return Done(rewrite_scene(request))
        return Done(write_script(request))


BUILTIN_PROVIDER = Provider(
    slug="builtin",
    name="Built in",
    summary="Works at once, with no key and no network. Basic: it takes a script from your own text, speaks with a "
    "synthetic voice, and draws its pictures and music itself.",
    basic=True,
    secret_required=False,
    adapters={
        Capability.SCRIPT: BuiltinScript(),
        Capability.VOICE: BuiltinVoice(),
        Capability.VISUAL: BuiltinVisual(),
        Capability.MUSIC: BuiltinMusic(),
        Capability.CAPTIONS: BuiltinCaptions(),
        Capability.MODERATION: BuiltinModeration(),
    },
)
