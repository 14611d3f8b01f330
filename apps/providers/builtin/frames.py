"""The template's own words for a bare topic: a frame to be filled by a person, or as it stands. It claims
no facts."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Frame:
    """Sentences of one language with a place for the topic. `titles` have places for `a` and `b`."""

    hook: tuple[str, ...]
    body: tuple[str, ...]
    closing: str
    titles: tuple[str, ...]


FRAMES = {
    "en": Frame(
        hook=(
            "What do you really know about {topic}?",
            "Give {topic} one minute of your attention.",
            "{topic}: where would you start?",
        ),
        body=(
            "Today the subject is {topic}.",
            "Let us begin with the simplest question: what is it about?",
            "Think of the first time you heard of it.",
            "Ask yourself who it matters to, and why.",
            "Then look at what it is often mistaken for.",
            "Every subject has a part that most people skip, and this one is no different.",
            "Imagine explaining it to a friend in a single sentence.",
            "What would you say first, and what would you leave out?",
            "Now turn it around and look at {topic} from the other side.",
            "What changes if you take it seriously for a week?",
            "Write down one question about {topic} that you cannot answer yet.",
            "That question is the best place to go on from.",
            "Look for someone who has done it, and listen before you judge.",
            "Small steps count, as long as you take them.",
        ),
        closing="Tell us in the comments what you would like to know next.",
        titles=(
            "What to know about {a}",
            "{a}, in short",
            "{a}: where to start",
            "{a} and {b}",
            "A closer look at {a}",
        ),
    ),
    "de": Frame(
        hook=("Was weißt du wirklich über {topic}?", "Eine Minute für {topic}.", "{topic}: Wo fängt man an?"),
        body=(
            "Heute geht es um {topic}.",
            "Beginnen wir mit der einfachsten Frage: Worum geht es eigentlich?",
            "Denk an das erste Mal, als du davon gehört hast.",
            "Frag dich, wem es wichtig ist und warum.",
            "Schau dann, womit es oft verwechselt wird.",
            "Jedes Thema hat einen Teil, den die meisten überspringen, und dieses ist keine Ausnahme.",
            "Stell dir vor, du erklärst es jemandem in einem einzigen Satz.",
            "Was würdest du zuerst sagen, und was würdest du weglassen?",
            "Dreh es nun um und sieh dir {topic} von der anderen Seite an.",
            "Was ändert sich, wenn du es eine Woche lang ernst nimmst?",
            "Schreib eine Frage zu {topic} auf, die du noch nicht beantworten kannst.",
            "Mit dieser Frage geht es am besten weiter.",
        ),
        closing="Schreib in die Kommentare, was du als Nächstes wissen willst.",
        titles=(
            "Was man über {a} wissen sollte",
            "{a}, kurz gesagt",
            "{a}: Wo anfangen?",
            "{a} und {b}",
            "Ein Blick auf {a}",
        ),
    ),
    "fr": Frame(
        hook=(
            "Que savez-vous vraiment de ce sujet : {topic} ?",
            "Une minute pour {topic}.",
            "{topic} : par où commencer ?",
        ),
        body=(
            "Le sujet du jour : {topic}.",
            "Commençons par la question la plus simple : de quoi s'agit-il ?",
            "Pensez à la première fois que vous en avez entendu parler.",
            "Demandez-vous pour qui c'est important, et pourquoi.",
            "Voyez ensuite avec quoi on le confond souvent.",
            "Chaque sujet a une partie que la plupart des gens sautent, et celui-ci aussi.",
            "Imaginez l'expliquer à un ami en une seule phrase.",
            "Que diriez-vous d'abord, et que laisseriez-vous de côté ?",
            "Regardez maintenant la question de l'autre côté.",
            "Qu'est-ce qui change si vous y consacrez une semaine ?",
            "Notez une question à laquelle vous ne savez pas encore répondre.",
            "C'est de là qu'il vaut mieux continuer.",
        ),
        closing="Dites-nous en commentaire ce que vous aimeriez savoir ensuite.",
        titles=(
            "Ce qu'il faut savoir : {a}",
            "{a}, en bref",
            "{a} : par où commencer",
            "{a} et {b}",
            "Regard sur {a}",
        ),
    ),
    "es": Frame(
        hook=("¿Qué sabes de verdad sobre {topic}?", "Un minuto para {topic}.", "{topic}: ¿por dónde empezar?"),
        body=(
            "El tema de hoy: {topic}.",
            "Empecemos por la pregunta más sencilla: ¿de qué se trata?",
            "Piensa en la primera vez que oíste hablar de ello.",
            "Pregúntate a quién le importa y por qué.",
            "Mira después con qué se suele confundir.",
            "Todo tema tiene una parte que la mayoría se salta, y este no es distinto.",
            "Imagina explicárselo a un amigo en una sola frase.",
            "¿Qué dirías primero y qué dejarías fuera?",
            "Ahora dale la vuelta y míralo desde el otro lado.",
            "¿Qué cambia si te lo tomas en serio durante una semana?",
            "Apunta una pregunta que todavía no sepas responder.",
            "Esa pregunta es el mejor sitio para seguir.",
        ),
        closing="Cuéntanos en los comentarios qué quieres saber después.",
        titles=(
            "Lo que hay que saber: {a}",
            "{a}, en breve",
            "{a}: por dónde empezar",
            "{a} y {b}",
            "Una mirada a {a}",
        ),
    ),
}  # fmt: skip

NEUTRAL_TITLES: Sequence[str] = ("{a}", "{a}: {b}", "{a} – {b}", "{a} · {b}", "{a} | {b}", "{a} …")
