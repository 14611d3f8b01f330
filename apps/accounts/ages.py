"""Nobody under 13 has an account (COPPA, 16 CFR 312). Asked once, neutrally; only that it was asked is kept."""

from datetime import date

YOUNGEST = 13  # years


def is_old_enough(born: date, today: date) -> bool:
    """Whether the thirteenth birthday is today or past. Who was born on 29 February has it on 1 March."""
    birthday_to_come = (today.month, today.day) < (born.month, born.day)
    return today.year - born.year - birthday_to_come >= YOUNGEST
