"""English: how its clients quote, and its words. Sources: Gmail, Outlook for Windows, Mac, the web, iOS and Android,
Apple Mail, Thunderbird, Yahoo and Samsung set to English, as their replies look."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, with_compounds

_UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip

TABLE = Language(
    code="en",
    attributions=(
        r"on\s.{4,300}\swrote\s?:",  # Gmail, Apple Mail, Thunderbird, Yahoo
        r"(at|in)\s.{4,200}\swrote\s?:",
        r".{2,120}\s(wrote|writes)(\son\b.{0,120})?\s?:",
        r"on\s.{4,200}\s(via|from)\s.{2,100}\s(said|sent)\s?:",
    ),
    headers=("from", "sent", "to", "subject", "date", "cc", "bcc", "reply-to", "importance"),
    delimiters=("original message", "original appointment", "forwarded message", "reply message", "begin forwarded message"),
    closings=(
        "best regards", "kind regards", "warm regards", "regards", "best wishes", "all the best", "best", "thanks",
        "many thanks", "thank you", "thx", "cheers", "sincerely", "yours sincerely", "br", "kr", "rgds", "have a good weekend",
        "have a nice weekend", "have a great weekend", "thanks and regards", "with best regards", "yours",
    ),
    footers=("sent from", "get outlook for", "sent via", "sent with", "sent using", "download outlook", "yahoo mail:"),
    disclaimers=(
        "this email", "this e-mail", "this message", "the information contained", "the information in this", "caution",
        "external email", "external e-mail", "[external", "warning:", "disclaimer", "confidentiality notice",
        "please consider the environment", "you don't often get email from", "you don’t often get email from",
        "some people who received this message",
    ),
    numbers=with_compounds(_UNITS, _TENS, ("{ten}-{one}", "{ten} {one}")),
    weak=frozenset({"one"}),
    zero=("none", "nothing", "zero", "nil", "nada", "zip", "no new ones", "no new opportunities", "not any", "no opportunities"),
    part_of=(r"N\s+of\s+(them|those|these|which)", r"(including|incl\.?|of\s+which)\s+N"),
    not_counts=("usd", "eur", "gbp", "dkk", "percent", "pct", "k", "m", "million", "hours", "hour", "minutes", "min", "days", "weeks", "years", "meetings", "calls", "emails", "mails"),
    negations=("not", "than", "over", "under"),
    last_week=("last week", "the week before", "previous week"),
    this_week=("this week",),
    week=("week", "wk"),
    months=("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"),
    weekdays=("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    until=("until", "till", "til", "through", "up to"),
    away=(
        "off", "holiday", "on holiday", "holidays", "vacation", "on vacation", "annual leave", "on leave", "leave", "pto", "ooo",
        "out of office", "out of the office", "sick", "off sick", "away", "parental leave", "maternity leave",
        "day off", "sick leave", "not in the office",
    ),
    back=("back", "i'm back", "i’m back", "i am back", "back again"),
    help=("help", "what is this", "?"),
    yes=("yes", "ok", "okay", "y", "yep", "correct", "confirmed", "confirm", "i confirm", "that's right"),
    not_me=("no", "not me", "that was not me", "that wasn't me", "it was not me", "wasn't me"),
    auto_subjects=("automatic reply", "auto reply", "autoreply", "auto-reply", "out of office", "out of the office", "away from", "auto response", "on vacation"),
    small=("i", "the", "and", "this", "week", "new", "only", "have", "got", "made", "number", "hi", "is", "no", "none"),
)  # fmt: skip
