"""English. Sources: Gmail, Outlook for Windows, Mac, the web, iOS and Android, Apple Mail, Thunderbird, Yahoo, Samsung and
Proton set to English, as their replies look; banners as Exchange, Proofpoint and Mimecast write them."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "a dozen": 12, "ninteen": 19, "fiveteen": 15,
    "tree": 3, "eigth": 8, "forteen": 14, "twelwe": 12,
}  # fmt: skip
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}

TABLE = Language(
    code="en",
    opens=("on", "at", "in"),
    wrote=("wrote", "writes", "has written", "said", "sent", "via"),
    headers=("from", "sent", "to", "subject", "date", "cc", "bcc", "reply-to", "importance", "sent by", "when", "attachments", "organisation", "organization"),
    delimiters=("original message", "original appointment", "forwarded message", "reply message", "begin forwarded message", "original email", "reply above"),
    greetings=("hi", "hello", "hey", "dear", "good morning", "good afternoon", "good evening", "greetings", "morning", "hiya"),
    closings=(
        "best regards", "kind regards", "warm regards", "regards", "best wishes", "all the best", "best", "thanks",
        "many thanks", "thank you", "thx", "cheers", "sincerely", "yours sincerely", "br", "kr", "rgds", "have a good weekend",
        "have a nice weekend", "have a great weekend", "thanks and regards", "thanks & regards", "with best regards", "yours",
        "with kind regards", "warmly", "respectfully", "yours faithfully", "take care", "thanks again", "thanks so much", "ta",
        "thanks in advance", "have a nice day", "have a great day", "talk soon", "kind rgds", "warmest regards", "kthxbai",
    ),
    footers=("sent from", "get outlook for", "sent via", "sent with", "sent using", "download outlook", "yahoo mail:", "sent by", "sent on", "composed on", "typed on", "get bluemail", "sent mobile"),
    disclaimers=(
        "confidentiality notice", "this email", "this e-mail", "this message", "the information contained", "the information in this", "the contents of", "caution",
        "external email", "external e-mail", "external message", "external sender", "[external", "warning:", "disclaimer", "confidentiality", "confidential",
        "please consider the environment", "you don't often get email from", "you don’t often get email from", "attention:", "notice:",
        "some people who received this message", "important notice", "legal notice", "privileged", "scanned by", "virus-free", "virus free",
        "unless otherwise", "if you are not the intended", "if you have received", "you are receiving this", "you received this",
        "to unsubscribe", "unsubscribe", "reply to this email directly", "registered office", "registered in", "company reg",
        "be careful with this message", "this sender", "security notice", "[caution", "zjqcmq", "*external", "**external", "*** external",
        "think before you click", "report suspicious", "powered by",
    ),
    numbers=number_words(_UNITS, _TENS, ("{ten}-{one}", "{ten}{one}"), ("hundred", "one hundred", "a hundred")),
    weak=frozenset({"one", "tree"}),
    borrowed=frozenset({"ten"}),
    zero=("none", "nothing", "zero", "nil", "nada", "zip", "nought", "naught", "no new ones", "no new opportunities", "no new leads", "no new", "not any", "no opportunities", "not a single one", "zilch"),
    small=frozenset({"i", "on", "until", "was", "the", "and", "this", "week", "new", "only", "have", "got", "made", "number", "hi", "is", "no", "none", "from", "my", "sorry", "for", "it", "of", "at", "with", "you", "me", "thanks", "to"}),
    fillers=frozenset({
        "new", "this", "week", "the", "for", "from", "me", "my", "number", "is", "it", "its", "it's", "was", "sorry", "unfortunately",
        "only", "just", "total", "in", "i", "have", "had", "made", "created", "got", "today", "so", "far", "afraid", "count", "answer",
        "hi", "hello", "of", "them", "ones", "we", "that", "thats", "that's", "thanks", "please", "here", "i've", "i’ve", "ive", "on", "side",
        "generated", "added", "yet", "again", "all", "did", "opened", "still", "weeks", "week's", "week’s", "a", "am", "there", "were", "are",
    }),
    nouns=("opportunit", "lead", "opp", "prospect"),
    part_of=(r"N\s+of\s+(them|those|these|which|the)", r"(including|incl\.?|of\s+which)\s+N", r"one\s+(is|was|being|at|with|from|for)"),
    not_counts=("usd", "eur", "gbp", "dkk", "percent", "per cent", "pct", "k", "m", "million", "hours", "hour", "hrs", "minutes", "mins", "min", "days", "day", "weeks", "years", "year", "meetings", "meeting", "calls", "call", "emails", "mails", "customers", "clients", "people", "visits", "demos", "quotes", "offers", "months", "miles", "km", "pm", "am", "employees", "colleagues", "proposals", "times", "pages", "users"),
    negations=("not", "at", "by", "after", "before", "since", "than", "over", "under", "least", "most", "below", "above", "between", "room", "building", "floor", "suite", "page", "step", "option", "version", "line", "chapter", "box", "item", "platform", "gate"),
    large=("hundred", "hundreds", "thousand", "thousands", "million", "dozen", "dozens", "half", "third", "quarter"),
    last_week=("last week", "the week before", "previous week", "last week's"),
    last=("last", "previous"),
    this_week=("this week",),
    next_week=("next week", "tomorrow", "on monday", "next month", "the week after", "coming week"),
    week=("week", "wk"),
    months=("january", "february", "march", "april", "may", "june", "july", "august", "september|sept", "october", "november", "december"),
    weekdays=("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    until=("until", "till", "til", "through", "up to", "to and including"),
    day_before_month=False,
    point=".",
    away=(
        "off", "holiday", "on holiday", "holidays", "vacation", "on vacation", "annual leave", "on leave", "leave", "pto", "ooo",
        "out of office", "out of the office", "sick", "off sick", "away", "parental leave", "maternity leave", "paternity leave",
        "day off", "sick leave", "not in the office", "not working", "bank holiday", "travelling", "out this week",
    ),
    back=("back", "i'm back", "i’m back", "i am back", "back again", "im back", "back now"),
    help=("help", "what is this", "?", "what's this", "what’s this", "who is this", "help me"),
    yes=("yes", "ok", "okay", "y", "yep", "correct", "confirmed", "confirm", "i confirm", "that's right", "that’s right", "yes please", "sure", "yes, correct", "yes that's right", "right"),
    not_me=("not me", "that was not me", "that wasn't me", "that wasn’t me", "it was not me", "wasn't me", "wasn’t me", "not mine", "no", "nope"),
    joins=("and",),
    is_=("is", "has", "had", "made"),
    auto_subjects=("automatic reply", "auto reply", "autoreply", "auto-reply", "out of office", "out of the office", "away from", "auto response", "auto-response", "on vacation", "automatic response", "ooo:", "vacation"),
)  # fmt: skip
