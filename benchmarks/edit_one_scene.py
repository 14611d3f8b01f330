"""One caption word of six scenes is changed: what the new file costs, compared with the whole video.

The whole product is started, with its own workers. Full time and edit are from the person's request to the finished
video in the library; what ran again is counted.
"""

import statistics
from collections import Counter
from typing import Any

from benchmarks import product
from benchmarks.runner import report
from benchmarks.stack import running_product

SCENES = 6
TRIES = 3
BARS = {"transitions": 0.30, "cuts": 0.22}
LOOKS = {
    "transitions": {"transition": "fade", "transition_s": 0.4},
    "cuts": {"transition": "cut", "transition_s": 0},
}
STRUCTURE = {"min_s": 20, "max_s": 40, "min_scenes": SCENES, "max_scenes": SCENES}
ALLOWED = {
    "transitions": (
        {"moderation": 1, "segment": 1, "captions": 1, "join": 1},
        {"moderation": 1, "segment": 2, "captions": 1, "join": 1},
    ),
    "cuts": ({"moderation": 1, "segment": 1, "captions": 1, "join": 1},),
}


def main() -> None:
    with running_product() as (_, folder):
        product.connect(folder)
        for name, look in LOOKS.items():
            full, edits = _measure(name, look)
            ours, whole = statistics.median(edits), statistics.median(full)
            report(
                f"edit_one_scene_{name}",
                ours=ours,
                rival=whole,
                limit=whole,
                ratio=ours / whole,
                bar=BARS[name],
                met=ours / whole <= BARS[name],
                unit="s",
                note="ours: the edit; rival: our own full time; medians of 3, each with another text",
            )


def _measure(name: str, look: dict[str, Any]) -> tuple[list[float], list[float]]:
    from apps.creation.services.editing import edit_scene
    from apps.teams.models import Membership

    full, edits = [], []
    actor = Membership.objects.get(team__slug="demo").user
    words = product.ARTICLE.read_text(encoding="utf-8").split("\n\n")
    first = TRIES * list(LOOKS).index(name)
    for attempt in range(first, first + TRIES):
        # Other paragraphs each time, so that nothing but the edit finds kept results.
        text = "\n\n".join(words[1 + attempt :] + words[1 : 1 + attempt])
        run = product.start(
            f"{name} {attempt}.\n\n{text}", spec={"look": look, "structure": STRUCTURE}, formats=["9x16"]
        )
        full.append(product.wait(run))
        if run.scenes.count() != SCENES:
            raise RuntimeError(f"the script has {run.scenes.count()} scenes, not {SCENES}")
        before = _keys()
        scene = run.scenes.all()[2]
        changed = scene.narration.split()
        middle = len(changed) // 2
        changed[middle] = changed[middle].upper() + "!"
        run = edit_scene(scene, actor=actor, caption=" ".join(changed))
        edits.append(product.wait(run))
        made = _made_since(before)
        if made not in ALLOWED[name]:
            raise RuntimeError(f"made again: {dict(made)}")
    return full, edits


def _keys() -> set[str]:
    from apps.creation.models import StepResult

    return set(StepResult.objects.values_list("key", flat=True))


def _made_since(before: set[str]) -> Counter[str]:
    from apps.creation.models import StepResult

    return Counter(StepResult.objects.exclude(key__in=before).values_list("kind", flat=True))


if __name__ == "__main__":
    main()
