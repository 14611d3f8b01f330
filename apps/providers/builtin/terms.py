"""What the built-in moderation looks for. Offensive words stand here because they have to be recognised.

Each category has its sentence and its patterns. Patterns are matched against small letters with the usual
disguises undone ("sh1t", "f*ck"), always at the borders of words. Words with a harmless meaning of their
own are only matched in phrases, so that history, medicine, and news can be told.
"""

PEOPLE = (
    r"(?:jews|muslims|christians|blacks|whites|gays|lesbians|immigrants|refugees|women|asians|arabs|gypsies|migrants|"
    r"foreigners|disabled people|trans people|homosexuals|mexicans|africans)"
)

CATEGORIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "profanity": (
        "It has strong language that platforms limit.",
        (
            r"(?:mother)?fuck(?:s|ed|er|ers|ing|in|face|wit)?", r"bullshit(?:ting)?", r"shit(?:s|ty|head|hole|ting)?",
            r"cunts?", r"cocksuckers?", r"assholes?", r"arseholes?", r"dickheads?", r"wankers?", r"twats?",
            r"sons? of (?:a )?bitch(?:es)?", r"arschl[oö]ch(?:er)?", r"hurensohn", r"wichser", r"fotzen?", r"putain",
            r"encul[eé]s?", r"connards?", r"hijo de puta", r"gilipollas", r"co[ñn]o", r"vaffanculo", r"stronzo",
            r"caralho", r"filho da puta",
        ),
    ),
    "hate": (
        "It insults people for what they are, or calls for harm to them.",
        (
            r"nigg(?:er|ers|a|as)", r"fagg?ots?", r"kikes?", r"wetbacks?", r"ragheads?", r"towelheads?",
            r"untermenschen?",
            r"subhumans?", r"white power", r"heil hitler", r"sieg heil", r"gas the \w+", r"race war now",
            rf"(?:kill|exterminate|wipe out|get rid of|deport|hang) (?:all )?(?:the )?{PEOPLE}",
            rf"{PEOPLE} (?:are|is) (?:vermin|animals|parasites|rats|cockroaches|scum|inferior)",
            r"ausl[aä]nder raus", r"juden raus",
        ),
    ),
    "violence": (
        "It threatens people, or tells how to harm them.",
        (
            r"(?:i|we) (?:will|'ll|am going to|are going to) (?:kill|murder|shoot|stab|behead) (?:you|him|her|them)",
            r"how (?:to|you) (?:make|build) (?:a |an )?(?:pipe |nail |fertili[sz]er |car )?bombs?",
            r"how (?:to|you) (?:murder|poison|strangle|stab) (?:someone|somebody|people|a person)",
            r"shoot up (?:the|a|my|your) \w+", r"behead (?:them|him|her|the infidels)",
        ),
    ),
    "self-harm": (
        "It speaks of suicide or self-harm as something to do. If this concerns you or somebody near you, find help: "
        "findahelpline.com.",
        (
            r"kill (?:yourself|urself|yourselves)", r"kys", r"go (?:and )?hang yourself",
            r"how to (?:commit suicide|kill myself)",
            r"(?:best|easiest|painless) (?:way|ways|methods?) to (?:die|commit suicide|kill myself|end my life)",
            r"how to (?:cut|starve) (?:yourself|myself)", r"bring dich um",
        ),
    ),
    "sexual": (
        "It is sexually explicit.",
        (
            r"blow ?jobs?", r"hand ?jobs?", r"cumshots?", r"gang ?bangs?", r"deep ?throat(?:ing)?",
            r"hard ?core porn\w*",
            r"free porn\w*", r"porn videos?", r"xxx videos?", r"jerk(?:ing)? off", r"anal sex",
            r"naked (?:teens?|girls)",
            r"hot and horny", r"horny (?:teens?|girls|milfs?)", r"milfs?",
        ),
    ),
    "minors": (
        "It connects children with sexual content.",
        (
            r"(?:child|kiddie|underage|preteen|teen) porn\w*", r"sex with (?:a )?(?:child|children|minors?|kids?)",
            r"(?:sexy|naked|nude) (?:child|children|kids?|minors?|schoolgirls?|little (?:girls?|boys?))",
            r"lolicon", r"pedo ?bait",
        ),
    ),
    "illicit": (
        "It helps with something that is against the law.",
        (
            r"how to (?:cook|make|synthesi[sz]e) (?:crystal )?(?:meth|methamphetamine|heroin|crack|fentanyl|mdma)",
            r"buy (?:cocaine|heroin|meth|fentanyl|mdma|stolen credit cards?|fake passports?)(?: online| now| here)?",
            r"how to (?:hack|break) into (?:someone|somebody|an?|your) ?\w*'?s? ?(?:account|bank|phone|house|car)",
            r"counterfeit (?:money|bills|notes) for sale",
        ),
    ),
}  # fmt: skip
