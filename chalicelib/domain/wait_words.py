"""What a customer is told of their wait, in their language: whole minutes, never less than was measured."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.expected_wait import Expected

MINUTE = 60
# Beyond these figures a minute more or less is no figure any more: told in steps of five and fifteen minutes, at last
# in whole hours.
MINUTES_TOLD = 120
STEPS = ((15, 1), (60, 5), (MINUTES_TOLD, 15))
COARSEST = 60
DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """`span`: {low} to {high} of a unit; `upto`: at most {high}; `about`: {high}, where both are the same."""

    place: str
    minute: str
    minutes: str
    hours: str
    span: str
    upto: str
    about: str
    wait: str


_WORDS: Mapping[str, Words] = {
    "en": Words(
        "You are number {position} in the queue.",
        "a minute",
        "{n} minutes",
        "{n} hours",
        "{low} to {high}",
        "up to {high}",
        "about {high}",
        "An agent will usually be with you in {wait}.",
    ),
    "de": Words(
        "Sie sind Nummer {position} in der Warteschlange.",
        "einer Minute",
        "{n} Minuten",
        "{n} Stunden",
        "{low} bis {high}",
        "höchstens {high}",
        "etwa {high}",
        "Meist ist in {wait} jemand für Sie da.",
    ),
    "es": Words(
        "Es el número {position} de la cola.",
        "un minuto",
        "{n} minutos",
        "{n} horas",
        "{low} a {high}",
        "como máximo {high}",
        "aproximadamente {high}",
        "Normalmente le atenderemos en {wait}.",
    ),
    "fr": Words(
        "Vous êtes numéro {position} dans la file.",
        "une minute",
        "{n} minutes",
        "{n} heures",
        "{low} à {high}",
        "{high} au plus",
        "environ {high}",
        "En général, un conseiller vous répond en {wait}.",
    ),
    "pt": Words(
        "Você é o número {position} da fila.",
        "um minuto",
        "{n} minutos",
        "{n} horas",
        "{low} a {high}",
        "no máximo {high}",
        "cerca de {high}",
        "Normalmente alguém atende em {wait}.",
    ),
    "it": Words(
        "È il numero {position} in coda.",
        "un minuto",
        "{n} minuti",
        "{n} ore",
        "{low}-{high}",
        "al massimo {high}",
        "circa {high}",
        "Di solito rispondiamo in {wait}.",
    ),
    "nl": Words(
        "U bent nummer {position} in de wachtrij.",
        "een minuut",
        "{n} minuten",
        "{n} uur",
        "{low} tot {high}",
        "hooguit {high}",
        "ongeveer {high}",
        "Meestal helpt iemand u binnen {wait}.",
    ),
    "zh": Words(
        "您在队列中排第 {position} 位。",
        "1 分钟",
        "{n} 分钟",
        "{n} 小时",
        "{low} 至 {high}",
        "不超过 {high}",
        "约 {high}",
        "通常需等待 {wait}。",
    ),
    "zh-hant": Words(
        "您目前排第 {position} 位。",
        "1 分鐘",
        "{n} 分鐘",
        "{n} 小時",
        "{low} 至 {high}",
        "不超過 {high}",
        "約 {high}",
        "通常需等候 {wait}。",
    ),
    "ru": Words(
        "Ваш номер в очереди: {position}.",
        "1 мин",
        "{n} мин",
        "{n} ч",
        "{low}–{high}",
        "до {high}",
        "около {high}",
        "Обычное ожидание: {wait}.",
    ),
}
# Where Han characters are written as they were.
_TRADITIONAL = re.compile(r"[-_](hant|tw|hk|mo)\b", re.IGNORECASE)
LANGUAGES = tuple(sorted(_WORDS))


@dataclass(frozen=True, slots=True)
class Span:
    """Whole minutes, as told: the low end rounded down, the high end up."""

    low: int
    high: int

    @property
    def until(self) -> timedelta:
        """How long the high end is: what is promised."""
        return timedelta(minutes=self.high)


def span_of(expected: Expected) -> Span:
    high = _rounded(-(-expected.high_seconds // MINUTE), up=True)
    return Span(min(_rounded(expected.low_seconds // MINUTE, up=False), high), max(1, high))


def _rounded(minutes: int, *, up: bool) -> int:
    step = next((step for limit, step in STEPS if minutes <= limit), COARSEST)
    return -(-minutes // step) * step if up else minutes // step * step


def language_of(locale: str | None) -> str:
    """The language of a locale ("pt-BR", "zh_Hans"), English where nothing is said in it."""
    language = (locale or "").replace("_", "-").partition("-")[0].strip().lower()
    return language if language in _WORDS else DEFAULT


def tongue_of(locale: str | None) -> str:
    """The same, and how Han characters are written."""
    language = language_of(locale)
    return "zh-hant" if language == "zh" and _TRADITIONAL.search(locale or "") else language


def place_said(position: int, language: str) -> str:
    return _WORDS[language].place.format(position=position)


def wait_said(span: Span, language: str) -> str:
    """The figures alone: "3 to 6 minutes"."""
    words = _WORDS[language]
    if span.high > MINUTES_TOLD:
        low, high, unit = span.low // 60, span.high // 60, words.hours
    else:
        low, high, unit = span.low, span.high, words.minutes
    told = words.minute if (unit, high) == (words.minutes, 1) else unit.format(n=high)
    if low == 0:
        return words.upto.format(high=told)
    return words.about.format(high=told) if low == high else words.span.format(low=low, high=told)


def said(position: int, span: Span, language: str) -> str:
    """Place and wait in two sentences."""
    wait = _WORDS[language].wait.format(wait=wait_said(span, language))
    return f"{place_said(position, language)}{'' if language.startswith('zh') else ' '}{wait}"


def own_text(text: str, position: int, span: Span, language: str) -> str:
    """An administrator's own words: `{position}` and `{wait}` stand for the figures."""
    return text.replace("{position}", str(position)).replace("{wait}", wait_said(span, language))
