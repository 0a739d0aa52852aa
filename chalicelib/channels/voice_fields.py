"""What an administrator enters for a number that is called."""

from chalicelib.channels.base import SettingField
from chalicelib.channels.twilio_fields import ACCOUNT_SID, ADDRESSES, public_url
from chalicelib.channels.voice_settings import SENTENCES

ACCOUNT: SettingField | None = SettingField(
    "account_id",
    "Phone number",
    required=True,
    help="As Twilio names it in To: +15550100.",
    pattern=r"\+[1-9][0-9]{5,14}",
)
_SAID = {
    "greeting": "Greeting",
    "menu_text": "What the menu says (1 for orders, 2 for refunds)",
    "position_text": "What is said of the place in the queue, {position}",
    "wait_text": "What else is said to those who wait",
    "voicemail_text": "Before the tone",
    "goodbye_text": "After a message was left",
    "missed_text": "Where no message can be left",
    "closed_text": "While the inbox is disabled",
    "unreached_text": "To an agent whose customer did not answer",
}
SETTINGS: tuple[SettingField, ...] = (
    ACCOUNT_SID,
    public_url("Without it nobody can be called."),
    SettingField("language", "Language that is spoken", default="en-US", pattern=r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
    SettingField("voice", "Voice that speaks", help="As Twilio names it: Polly.Joanna-Neural."),
    *(SettingField(name, label, default=SENTENCES[name] or None) for name, label in _SAID.items()),
    SettingField(
        "agent_phones",
        "Agents' phones",
        "list",
        help="+15550100010, client:ada or sip:ada@example.com; agt_…=+15550100010 where it is one agent's own.",
        pattern=r"(agt_[0-9a-z]{1,64}=)?(\+[1-9][0-9]{5,14}|client:.{1,120}|sip:.{3,200})",
    ),
    SettingField("any_agent_phone", "Agents may call from any phone", "boolean", default=False),
    SettingField("ring_seconds", "Seconds until a phone counts as not answered", "number", default=20),
    SettingField("menu_choices", "Choices of the menu", "list", help="1=Orders", pattern=r"[0-9]=.{1,40}"),
    SettingField("menu_speech", "The menu may be answered by voice", "boolean", default=False),
    SettingField("queue", "Name of the queue", help="The inbox's own, if left out."),
    SettingField("queue_seconds", "Seconds in the queue, then voicemail", "number", default=120),
    SettingField("hold_music", "Music for those who wait", "url"),
    SettingField("voicemail", "A message can be left", "boolean", default=True),
    SettingField("voicemail_seconds", "Seconds of a message", "number", default=120),
    SettingField("transcribe", "Messages are written down", "boolean", default=True),
    SettingField("record", "Calls are recorded", "boolean", default=False, help="Say so in the greeting."),
    SettingField("live_transcript", "Calls are written down as they go", "boolean", default=False),
    *ADDRESSES,
)
