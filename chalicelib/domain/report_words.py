"""The words of reports that are sent, in the languages of the workspace."""

from collections.abc import Mapping

from chalicelib.domain.report_schedule import Language
from chalicelib.domain.report_words_chinese import SIMPLIFIED, TRADITIONAL
from chalicelib.domain.report_words_form import Words
from chalicelib.domain.report_words_russian import RUSSIAN

ENGLISH = Words(
    period="Period: {first} to {last}",
    compared="Compared with: {first} to {last}",
    as_of="As of {at} ({zone})",
    nothing_yet="Nothing has been counted yet.",
    settling="The end of the period is not counted yet: these numbers will still change.",
    where="Only: {where}",
    total="Total",
    bucket="From",
    n="Count (n)",
    mean="Mean",
    share="Share",
    sum="Sum",
    median="Median",
    p90="90 % are below",
    p99="99 % are below",
    interval="95 % interval",
    before="Before",
    change="Change",
    points="pp",
    metric="Metric",
    unit="Unit",
    meaning="Definition",
    none="(none)",
    empty="Nothing was measured.",
    open="Open the report with its lists of conversations (sign in):",
    attached="Attached: {files}.",
    too_large="Too large to be attached: {files}. Open the report to get them.",
    more_rows="{n} rows more are in the files and in the workspace.",
    why="You get this report because {owner} put you on its list. Ask them to take you off it.",
    bars="Bars show the column “{column}”.",
    units=("d", "h", "min", "s"),
    gap=" ",
    dimensions={
        "channel": "Channel",
        "inbox": "Inbox",
        "team": "Team",
        "agent": "Agent",
        "label": "Label",
        "tier": "Tier",
        "language": "Language",
    },
)

_WORDS: Mapping[Language, Words] = {
    Language.ENGLISH: ENGLISH,
    Language.CHINESE_TRADITIONAL: TRADITIONAL,
    Language.CHINESE_SIMPLIFIED: SIMPLIFIED,
    Language.RUSSIAN: RUSSIAN,
}


def words_in(language: Language) -> Words:
    return _WORDS[language]
