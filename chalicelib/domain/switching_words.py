"""What a customer reads where a conversation goes on elsewhere, or an address is to be confirmed: in their language."""

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """`code`: what is sent with a one-time code; `{code}` stands for it and `{minutes}` for how long it is good."""

    continuing: str
    subject: str
    you: str
    we: str
    code: str
    code_subject: str
    mail: str
    chat: str


_WORDS: Mapping[str, Words] = {
    "en": Words(
        "Continuing from {channel}.",
        "Our conversation ({channel})",
        "You",
        "We",
        "Your confirmation code is {code}. It is good for {minutes} minutes. You can answer this message with it. "
        "Never give it to anybody who calls you.",
        "Your confirmation code",
        "e-mail",
        "chat",
    ),
    "de": Words(
        "Fortsetzung von {channel}.",
        "Unser Gespräch ({channel})",
        "Sie",
        "Wir",
        "Ihr Bestätigungscode ist {code}. Er gilt {minutes} Minuten. Sie können mit dem Code auf diese Nachricht "
        "antworten. Geben Sie ihn niemandem, der Sie anruft.",
        "Ihr Bestätigungscode",
        "E-Mail",
        "Chat",
    ),
    "es": Words(
        "Continuamos desde {channel}.",
        "Nuestra conversación ({channel})",
        "Usted",
        "Nosotros",
        "Su código de confirmación es {code}. Es válido durante {minutes} minutos. Puede responder a este mensaje con "
        "él. No se lo dé a nadie que le llame.",
        "Su código de confirmación",
        "correo electrónico",
        "chat",
    ),
    "fr": Words(
        "Suite de notre échange sur {channel}.",
        "Notre conversation ({channel})",
        "Vous",
        "Nous",
        "Votre code de confirmation est {code}. Il est valable {minutes} minutes. Vous pouvez répondre à ce message "
        "avec ce code. Ne le donnez à personne qui vous appelle.",
        "Votre code de confirmation",
        "e-mail",
        "chat",
    ),
    "pt": Words(
        "Continuação da conversa por {channel}.",
        "Nossa conversa ({channel})",
        "Você",
        "Nós",
        "Seu código de confirmação é {code}. Ele vale por {minutes} minutos. Você pode responder a esta mensagem com "
        "ele. Não o informe a ninguém que ligar para você.",
        "Seu código de confirmação",
        "e-mail",
        "chat",
    ),
    "it": Words(
        "Continua da {channel}.",
        "La nostra conversazione ({channel})",
        "Lei",
        "Noi",
        "Il suo codice di conferma è {code}. È valido per {minutes} minuti. Può rispondere a questo messaggio con il "
        "codice. Non lo dia a nessuno che la chiami.",
        "Il suo codice di conferma",
        "e-mail",
        "chat",
    ),
    "nl": Words(
        "Vervolg van {channel}.",
        "Ons gesprek ({channel})",
        "U",
        "Wij",
        "Uw bevestigingscode is {code}. De code is {minutes} minuten geldig. U kunt dit bericht ermee beantwoorden. "
        "Geef de code aan niemand die u belt.",
        "Uw bevestigingscode",
        "e-mail",
        "chat",
    ),
    "zh": Words(
        "接续您在{channel}上的对话。",
        "我们的对话（{channel}）",
        "您",
        "我们",
        "您的验证码是 {code}，{minutes} 分钟内有效。您可以直接回复此验证码。请勿告诉任何来电者。",
        "您的验证码",
        "电子邮件",
        "在线聊天",
    ),
}
LANGUAGES = tuple(sorted(_WORDS))
# Names of companies' products are the same in every language.
_NAMES: Mapping[str, str] = {
    "apple": "Apple Messages",
    "instagram": "Instagram",
    "line": "LINE",
    "messenger": "Messenger",
    "slack": "Slack",
    "sms": "SMS",
    "telegram": "Telegram",
    "viber": "Viber",
    "wechat": "WeChat",
    "whatsapp": "WhatsApp",
}


def words_of(locale: str | None) -> Words:
    """In the language of a locale ("pt-BR", "zh_Hans"), in English where nothing is said in it."""
    language = (locale or "").replace("_", "-").partition("-")[0].strip().lower()
    return _WORDS.get(language, _WORDS[DEFAULT])


def channel_said(channel: str, words: Words) -> str:
    """A channel's name as customers know it."""
    own = {"email": words.mail, "web_chat": words.chat, "custom": words.chat}
    return _NAMES.get(channel) or own.get(channel) or words.chat
