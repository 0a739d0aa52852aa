"""Words by which mail programs announce what they quote, in the languages that they speak.

They are looked for in lines made small and without emphasis; alternatives, never patterns of patterns, so that
looking takes time in proportion to the line.
"""

import re

# "... wrote:", at the end of a line that says who and when.
WROTE = (
    "wrote|writes|said|schrieb|schrieben|geschrieben|a écrit|ecrit|écrit|escribió|escribio|ha escrito|va escriure|"
    "escreveu|ha scritto|scrisse|scrive|napisał|napisała|napisał(a)|napisal|napsal|napsala|napsal(a)|napísal|"
    "skrev|skreiv|skrifaði|geschreven|schreef|schreeft|kirjoitti|írta|ezt írta|a scris|написал|написала|написал(а)|"
    "пишет|писал|писала|написав|написала|написав(-ла)|пише|напиша|έγραψε|yazdı|şunu yazdı|şunları yazdı|כתב|כתבה|"
    "كتب|كتبت|写道|寫道|写到|のメッセージ|さんは書きました|님이 작성|님의 말|작성|"
    "đã viết|menulis|เขียนว่า|napisao|je napisao|"
    "rašė|rakstīja|kirjutas|je napisal|pisze|het volgende geschreven|følgende"
)
# "Am ... schrieb": the same verb may stand before the name and the time.
MIDDLE = frozenset(("schrieb", "skrev", "heeft", "schreef", "пользователь", "yazdı", "wrote", "napisał", "於", "于"))

# With which such a line begins, where it does not begin with the time or the name.
_LEADS = "on at am le el em il op den dnia dne pe în в на у o kl. 在 於 a az ב"

# Between dashes, above what is quoted whole.
ORIGINAL = (
    "original message|original appointment|ursprüngliche nachricht|originalnachricht|message d'origine|"
    "message original|message d’origine|mensaje original|missatge original|mensagem original|messaggio originale|"
    "oorspronkelijk bericht|origineel bericht|ursprungligt meddelande|originalmeddelande|opprinnelig melding|"
    "oprindelig meddelelse|original meddelelse|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|"
    "původní zpráva|pôvodná správa|исходное сообщение|оригинальное сообщение|первоначальное сообщение|"
    "оригінальне повідомлення|вихідне повідомлення|оригинално съобщение|orijinal mesaj|özgün ileti|eredeti üzenet|"
    "mesaj original|mesajul original|αρχικό μήνυμα|originalna poruka|原始邮件|原始郵件|邮件原件|原邮件|元のメッセージ|"
    "원본 메시지|원본 메일|reply message|reply separator|הודעה מקורית|الرسالة الأصلية"
)
FORWARDED = (
    "forwarded message|begin forwarded message|forwarded by|weitergeleitete nachricht|weitergeleitete mail|"
    "anfang der weitergeleiteten nachricht|message transféré|message réexpédié|début du message réexpédié|"
    "début du message transféré|mensaje reenviado|inicio del mensaje reenviado|missatge reenviat|"
    "mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada|início da mensagem reencaminhada|"
    "messaggio inoltrato|inizio messaggio inoltrato|doorgestuurd bericht|begin doorgestuurd bericht|"
    "vidarebefordrat meddelande|vidarebefordrat brev|videresendt melding|videresendt meddelelse|"
    "start på videresendt besked|välitetty viesti|wiadomość przekazana|przekazana wiadomość|"
    "początek przekazywanej wiadomości|přeposlaná zpráva|preposlaná správa|пересылаемое сообщение|"
    "пересланное сообщение|перенаправленное сообщение|переслане повідомлення|препратено съобщение|"
    "iletilen mesaj|yönlendirilmiş mesaj|iletilmiş ileti|továbbított üzenet|továbbított levél|mesaj redirecționat|"
    "προωθημένο μήνυμα|proslijeđena poruka|转发邮件|轉寄郵件|转发的邮件|転送されたメッセージ|전달된 메시지|전달된 메일|"
    "הודעה שהועברה|رسالة معاد توجيهها"
)

# The fields over a quoted mail, by what they mean.
FIELDS = {
    "from": (
        "from|von|de|da|van|från|fra|lähettäjä|od|от|від|kimden|gönderen|feladó|de la|από|发件人|寄件人|寄件者|"
        "差出人|送信者|보낸 사람|보낸사람|발신|מאת|من|expéditeur"
    ),
    "date": (
        "date|sent|datum|gesendet|gesendet am|envoyé|envoyé le|fecha|enviado|enviado el|enviado em|enviada|"
        "enviada em|data|inviato|verzonden|verzonden op|skickat|skickad|sendt|dato|lähetetty|päivämäärä|wysłano|"
        "wysłane|odesláno|odoslané|dátum|отправлено|дата|надіслано|изпратено|gönderilme tarihi|gönderildi|tarih|"
        "küldve|elküldve|trimis|στάλθηκε|ημερομηνία|poslano|发送时间|日期|寄件日期|送信日時|日時|날짜|보낸 날짜|"
        "보낸날짜|נשלח|תאריך|تم الإرسال|التاريخ"
    ),
    "to": (
        "to|an|à|a|para|aan|till|til|vastaanottaja|do|komu|pro|кому|до|kime|alıcı|címzett|către|προς|za|收件人|"
        "收件者|宛先|받는 사람|받는사람|수신|אל|إلى|destinataire"
    ),
    "subject": (
        "subject|betreff|betr|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|otsikko|temat|předmět|predmet|"
        "тема|относно|konu|tárgy|subiect|θέμα|主题|主旨|件名|제목|נושא|الموضوع|assumpte"
    ),
    "other": (
        "cc|bcc|kopie|copie|copia|cópia|kopia|kopi|копия|копія|bilgi|másolat|κοιν|抄送|副本|참조|reply-to|reply to|"
        "antwort an|répondre à|responder a|rispondi a|importance|wichtigkeit|importancia|attachments|anlagen|"
        "priorität|resent-from|organization"
    ),
}

# Devices and programs sign for their owners, in one line.
SENT_FROM = (
    "sent from|sent via|sent with|sent using|get outlook for|get the outlook app|von meinem|gesendet von|"
    "gesendet mit|von unterwegs|diese nachricht wurde von|holen sie sich outlook|envoyé de|envoyé depuis|"
    "envoyé à partir|télécharger outlook|obtenez outlook|enviado desde|enviado do|enviado a partir|enviado de|"
    "enviado pelo|enviado con|enviado via|obtener outlook|obter o outlook|enviat des|inviato da|inviato dal|"
    "ottieni outlook|scarica outlook|verzonden vanaf|verzonden vanuit|verstuurd vanaf|verstuurd met|verstuurd via|"
    "skickat från|hämta outlook|sendt fra|få outlook|hent outlook|lähetetty |hanki outlook|wysłane z|"
    "wysłano z|pobierz program outlook|odesláno z|odoslané z|отправлено с|отправлено из|надіслано з|відправлено з|"
    "изпратено от|iphone'umdan gönderildi|ipad'imden gönderildi|trimis de pe|στάλθηκε από|"
    "poslano s|发自我的|發自我的|傳送自|從我的|iphoneから送信|ipadから送信|나의 iphone에서|"
    "내 iphone에서|נשלח מה|أرسلت من|download the official"
)

DEVICES = (
    "phone|ipad|ipod|android|mobil|móvil|movil|cell|handy|handset|tablet|samsung|galaxy|htc|huawei|xiaomi|nokia|pixel|"
    "blackberry|windows|outlook|mail|gmx|yahoo|fairphone|oneplus|telefon|teléfono|téléphone|portable|smartphone|"
    "телефон|смартфон|устройств|手机|手機|携帯|휴대"
)
_GREETINGS = (
    "hi hello hey dear hallo liebe lieber moin guten servus grüezi bonjour bonsoir salut cher chère hola estimado "
    "estimada buenos buenas olá ola bom boa prezado caro cara ciao buongiorno salve gentile beste geachte goedemorgen "
    "goedemiddag hej hei kære kjære cześć dzień witam szanowni szanowny dobrý ahoj vážený здравствуйте привет добрый "
    "уважаемый вітаю merhaba sayın γεια שלום مرحبا 您好 你好"
)

LEADS = frozenset(_LEADS.split())
GREETINGS = frozenset(_GREETINGS.split())

_EMPHASIS = re.compile(r"[*_]+")
_LABEL = re.compile(r"\s*([^:：]{1,30}?)\s*[:：]")
_SENT_FROM = re.compile(r"\W{0,4}(?:" + "|".join(map(re.escape, SENT_FROM.split("|"))) + ")")
_DEVICE = re.compile(DEVICES)
_DASHED = re.compile(r"\W*[-_=—–*]{2,}\s*([^-_=—–*]{4,60}?)\s*:?\s*[-_=—–*]{2,}\W*")
_ROLES = {label: role for role, labels in FIELDS.items() for label in labels.split("|")}
_ORIGINAL = frozenset(ORIGINAL.split("|"))
_FORWARDED = frozenset(FORWARDED.split("|"))
_WROTE = tuple(sorted(WROTE.split("|"), key=len, reverse=True))


def ends_in_wrote(small: str) -> bool:
    """Whether a line (in small letters, without its colon) ends in a verb of writing, as a word of its own."""
    found = next((verb for verb in _WROTE if small.endswith(verb)), None)
    if found is None:
        return False
    before = small[-len(found) - 1 : -len(found)]
    # Scripts without spaces have no words to end.
    return not before.isalpha() or ord(found[0]) > 0x2E80


def has_wrote(small: str) -> bool:
    """Whether one stands in it that may stand before the name or the time."""
    return not MIDDLE.isdisjoint(small.split())


def role(line: str) -> str | None:
    """What a field over a quoted mail means: `from`, `date`, `to`, `subject`, `other`."""
    found = _LABEL.match(_EMPHASIS.sub("", line[:80]))
    return _ROLES.get(found[1].lower()) if found else None


def is_sent_from(line: str) -> bool:
    """`Sent from my phone`; people send things from elsewhere, too, so a device or program must be named."""
    small = line.lower()
    return len(line) <= 160 and _SENT_FROM.match(small) is not None and _DEVICE.search(small) is not None


def is_greeting(line: str) -> bool:
    words = line.lower().split()
    return len(words) <= 5 and words[0].strip(",.!:") in GREETINGS


def announces(line: str) -> str | None:
    """`original` or `forwarded` where a line announces a whole mail below it; None otherwise."""
    if len(line) > 200:
        return None
    small = line.strip().lower()
    dashed = _DASHED.fullmatch(small)
    if not dashed and not small.endswith((":", "：")):
        return None
    words = dashed[1].strip() if dashed else _EMPHASIS.sub("", small).rstrip(":： ").strip()
    return "forwarded" if words in _FORWARDED else "original" if words in _ORIGINAL else None
