"""The words and numerals of calendars, in English, Chinese and Spanish."""

ENGLISH = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
SPANISH = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
WEEKDAYS = (
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    ("mon", "tues", "weds", "thurs", "fri", "sat", "sun"),
    ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"),
    tuple(f"星期{one}" for one in "一二三四五六日"),
    tuple(f"星期{one}" for one in "一二三四五六天"),
    tuple(f"周{one}" for one in "一二三四五六日"),
    tuple(f"礼拜{one}" for one in "一二三四五六天"),
    tuple(f"週{one}" for one in "一二三四五六日"),
)
"""Ways of naming the seven days, Monday first."""
REPUBLIC = 1911
"""Year 0 of the calendar of the Republic of China (民国)."""
NUMERALS = "〇一二三四五六七八九十"
ZEROES = "〇零○"

MONTHS = {name: at for names in (ENGLISH, SPANISH) for at, name in enumerate(names, start=1)}
MONTHS |= {name[:3]: at for names in (SPANISH, ENGLISH) for at, name in enumerate(names, start=1)}
MONTHS |= {"sept": 9, "setiembre": 9}
WEEKDAY_AT = {name: at for names in WEEKDAYS for at, name in enumerate(names)}
"""Day of the week, in small letters, to its place."""
MIDDLE = 15
"""The day at which a month without a day is shifted."""


def number(text: str | None) -> int:
    """Return a number up to 99 in digits or Chinese numerals; the middle of a month where there is none."""
    if not text:
        return MIDDLE
    if text.isdecimal():
        return int(text)
    tens, _, ones = text.rpartition("十")
    if "十" not in text:
        return NUMERALS.index(text) if len(text) == 1 else 0
    return 10 * (NUMERALS.find(tens) if tens else 1) + (NUMERALS.find(ones) if ones else 0)


def numeral(value: int) -> str:
    """Return a number up to 99 in Chinese numerals."""
    tens, ones = divmod(value, 10)
    return ("" if tens <= 1 else NUMERALS[tens]) + ("十" if tens else "") + (NUMERALS[ones] if ones else "")


def month_word(old: str, month: int) -> str:
    """Return the name of a month in the language, abbreviation and case of another's."""
    plain = old.casefold()
    spanish = plain in SPANISH or (
        plain not in ENGLISH and plain not in {one[:3] for one in ENGLISH} and plain != "sept"
    )
    names = SPANISH if spanish else ENGLISH
    new = names[month - 1] if plain in names or plain == "setiembre" else names[month - 1][:3]
    return _cased(old, new)


def weekday(old: str, days: int) -> str:
    """Return the day of the week so many days later, in the same language, abbreviation and case."""
    plain = old.casefold()
    names = next(one for one in WEEKDAYS if plain in one)
    return _cased(old, names[(names.index(plain) + days) % 7])


def _cased(old: str, new: str) -> str:
    if old.isupper():
        return new.upper()
    return new.capitalize() if old[0].isupper() else new
