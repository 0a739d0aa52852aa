"""How mail programs say that they could not deliver, where they follow no standard."""

import re
from email.message import Message

from chalicelib.channels import email_headers

# Fields that only reports have.
_FIELDS = ("x-failed-recipients", "x-ms-exchange-message-is-ndr", "x-bounce-report")
_SENDERS = re.compile(
    r"mailer-daemon|mail-daemon|mailerdaemon|mail delivery (?:sub)?system|postmaster|mailsubsystem|mail-delivery",
)
_SUBJECT = re.compile(
    r"undeliver|delivery status|delivery fail|delivery has failed|delivery problem|delivery report|delivery notif|"
    r"delivery delay|delayed mail|returned mail|mail returned|returned to sender|failure notice|mail system error|"
    r"mail delivery|message could not be sent|could not send message|not delivered|message you sent blocked|bounce|"
    r"mail failure|rejected mail|warning: message|unzustellbar|nicht zugestellt|zustellung fehlgeschlagen|"
    r"unzustellbare|non remis|échec de la remise|notification d'échec|non distribu|no se ha podido entregar|"
    r"no se pudo entregar|no se puede entregar|devolución|não entregue|não foi possível entregar|falha na entrega|"
    r"devolvid|non recapitabile|mancato recapito|mancata consegna|onbestelbaar|niet bezorgd|niet-bezorgbaar|"
    r"kunde inte levereras|olevererbar|kunne ikke leveres|ikke levert|toimitus epäonnistui|nie dostarczono|"
    r"niedostarcz|zwrot|nedoručiteln|недоставленн|не доставлено|не удалось доставить|недоставк|не вдалося доставити|"
    r"teslim edilemedi|kézbesíthetetlen|nelivrat|退信|无法投递|無法傳遞|系统退信|配信不能|配信エラー|전송 실패|반송"
)
_DELAY = re.compile(
    r"delayed|delivery delay|still being retried|will continue (?:to )?tr|will be retried|has not yet been delivered|"
    r"not yet been delivered|warning message only|do not need to resend|do not resend|temporarily deferred|"
    r"wird weiter versucht|verzögert|retardé|en retard|retrasad|atrasad|ritardo|vertraagd|försenad|opóźni|задерж"
)
_FULL = re.compile(
    r"mailbox (?:is )?(?:over|full)|mailbox quota|over ?quota|quota exceed|exceeded .{0,20}quota|postfach voll"
)
_EVIDENCE = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])|(?<![\d.])[45]\d\d[ -]")
_ORIGINAL_BELOW = re.compile(
    r"^[-\s>]{0,12}(?:original message|message headers? follow|bounced e-?mail|this is a copy of|"
    r"below this line is a copy|the original message|headers? of the original|returned message|"
    r"unsent message below|message header)[^\n]{0,80}$|^(?:received|return-path): ",
    re.IGNORECASE | re.MULTILINE,
)


def is_report(message: Message, subject: str, text: str) -> bool:
    """Whether a mail without the standard's parts is a report: by its fields; or by its sender, if it speaks like one.

    Neither an empty return path nor a sender's name alone will do: absence notes have the one, postmasters the other.
    """
    if any(email_headers.raw_values(message, name) for name in _FIELDS):
        return True
    told = str(message.get_param("report-type") or "").lower() == "delivery-status"
    sender = " ".join(email_headers.values(message, "from") + email_headers.raw_values(message, "return-path")).lower()
    if not told and not _SENDERS.search(sender):
        return False
    return _SUBJECT.search(subject.lower()) is not None or (told and _EVIDENCE.search(text) is not None)


def before_original(text: str) -> tuple[str, str]:
    """What the report says, and the mail that it gives back below."""
    found = _ORIGINAL_BELOW.search(text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")


def is_delay(subject: str, said: str) -> bool:
    return _DELAY.search(f"{subject}\n{said}".lower()) is not None


def is_full(said: str) -> bool:
    """A full mailbox takes mail again when it has been tidied up."""
    return _FULL.search(said.lower()) is not None
