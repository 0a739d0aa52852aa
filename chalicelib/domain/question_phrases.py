"""What customers are asked, in the languages the desk speaks, and the words in which they say yes and no."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """`about`: {topic} or `neutral` with {day} stands for a case; `which` is asked of several."""

    continues: str
    which: str
    about: str
    neutral: str
    neutral_over: str
    yes: str
    no: str
    new: str
    case: str
    consent: str
    days: tuple[str, ...]
    said_yes: tuple[str, ...]
    said_no: tuple[str, ...]


WORDS: Mapping[str, Words] = {
    "en": Words(
        "Is this about {case}?",
        "What is this about?",
        "“{topic}”",
        "your open case from {day}",
        "your case from {day}",
        "Yes",
        "No",
        "Something new",
        "Case from {day}",
        "May we write to you about this by {channel} ({address}) as well?",
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        ("yes", "y", "yep", "yeah", "sure", "ok", "okay", "yes please", "of course", "correct", "it is"),
        ("no", "n", "nope", "no thanks", "no thank you", "something new", "new", "something else"),
    ),
    "de": Words(
        "Geht es um {case}?",
        "Worum geht es?",
        "„{topic}“",
        "Ihr offenes Anliegen vom {day}",
        "Ihr Anliegen vom {day}",
        "Ja",
        "Nein",
        "Etwas Neues",
        "Anliegen vom {day}",
        "Dürfen wir Ihnen dazu auch per {channel} schreiben ({address})?",
        ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
        ("ja", "j", "jo", "jawohl", "gerne", "gern", "ja bitte", "ja gerne", "ja gern", "genau", "klar", "ok"),
        ("nein", "ne", "nee", "nein danke", "etwas neues", "was neues", "neu", "lieber nicht"),
    ),
    "es": Words(
        "¿Se trata de {case}?",
        "¿De qué se trata?",
        "«{topic}»",
        "su caso abierto del {day}",
        "su caso del {day}",
        "Sí",
        "No",
        "Algo nuevo",
        "Caso del {day}",
        "¿Podemos escribirle sobre esto también por {channel} ({address})?",
        ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        ("si", "sí", "claro", "vale", "por supuesto", "si por favor", "sí por favor", "correcto", "exacto"),
        ("no", "no gracias", "algo nuevo", "otra cosa", "nuevo"),
    ),
    "fr": Words(
        "S'agit-il de {case} ?",
        "De quoi s'agit-il ?",
        "« {topic} »",
        "votre demande en cours de {day}",
        "votre demande de {day}",
        "Oui",
        "Non",
        "Autre chose",
        "Demande de {day}",
        "Pouvons-nous aussi vous écrire à ce sujet par {channel} ({address}) ?",
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        ("oui", "ouais", "d accord", "bien sûr", "bien sur", "oui s il vous plait", "exact", "ok"),
        ("non", "non merci", "autre chose", "nouveau"),
    ),
    "pt": Words(
        "É sobre {case}?",
        "Sobre o que é?",
        "“{topic}”",
        "o seu caso em aberto de {day}",
        "o seu caso de {day}",
        "Sim",
        "Não",
        "Outro assunto",
        "Caso de {day}",
        "Podemos escrever-lhe sobre isto também por {channel} ({address})?",
        ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"),
        ("sim", "claro", "s", "sim por favor", "com certeza", "isso", "ok"),
        ("não", "nao", "não obrigado", "não obrigada", "outro assunto", "novo"),
    ),
    "it": Words(
        "Si tratta di {case}?",
        "Di che cosa si tratta?",
        "«{topic}»",
        "la sua richiesta aperta di {day}",
        "la sua richiesta di {day}",
        "Sì",
        "No",
        "Altro",
        "Richiesta di {day}",
        "Possiamo scriverle al riguardo anche via {channel} ({address})?",
        ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
        ("si", "sì", "certo", "va bene", "sì grazie", "si grazie", "esatto", "ok"),
        ("no", "no grazie", "altro", "nuovo"),
    ),
    "nl": Words(
        "Gaat het om {case}?",
        "Waar gaat het om?",
        "“{topic}”",
        "uw lopende zaak van {day}",
        "uw zaak van {day}",
        "Ja",
        "Nee",
        "Iets nieuws",
        "Zaak van {day}",
        "Mogen wij u hierover ook via {channel} schrijven ({address})?",
        ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
        ("ja", "j", "graag", "ja graag", "ja hoor", "zeker", "klopt", "oke", "oké", "ok"),
        ("nee", "neen", "nee bedankt", "nee dank u", "iets nieuws", "nieuw"),
    ),
    "zh": Words(
        "这是关于{case}吗？",
        "请问是关于哪件事？",
        "“{topic}”",
        "您{day}的未结事项",
        "您{day}的事项",
        "是",
        "不是",
        "新的问题",
        "{day}的事项",
        "我们可以也通过{channel}（{address}）就此事联系您吗？",
        ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
        ("是", "是的", "对", "对的", "好", "好的", "可以", "嗯", "行"),
        ("不是", "不", "否", "不用", "不用了", "不可以", "新的", "新的问题", "没有"),
    ),
}
# What channels are called; their own name where nothing is said.
CHANNELS: Mapping[str, Mapping[str, str]] = {
    "email": {"de": "E-Mail", "es": "correo electrónico", "nl": "e-mail", "zh": "电子邮件"},
    "sms": {"zh": "短信"},
}
PLAIN = {"email": "e-mail", "sms": "SMS", "whatsapp": "WhatsApp", "web_chat": "chat"}
