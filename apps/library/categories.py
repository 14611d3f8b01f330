"""What a video is about, in the words and numbers of YouTube: the one platform that asks for it."""

CATEGORIES = {
    "1": "Film & Animation",
    "2": "Autos & Vehicles",
    "10": "Music",
    "15": "Pets & Animals",
    "17": "Sports",
    "19": "Travel & Events",
    "20": "Gaming",
    "22": "People & Blogs",
    "23": "Comedy",
    "24": "Entertainment",
    "25": "News & Politics",
    "26": "Howto & Style",
    "27": "Education",
    "28": "Science & Technology",
    "29": "Nonprofits & Activism",
}
"""Names by the ids that the platform takes."""


def category_choices() -> list[tuple[str, str]]:
    """(id, name) by name."""
    return sorted(CATEGORIES.items(), key=lambda pair: pair[1])


def category_name(category: str) -> str:
    """Its name; nothing for none."""
    return CATEGORIES.get(category, "")
