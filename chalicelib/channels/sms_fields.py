"""What an administrator enters for a number at Twilio."""

from chalicelib.channels.base import SettingField
from chalicelib.channels.twilio_fields import ACCOUNT_SID, ADDRESSES, public_url

ACCOUNT: SettingField | None = SettingField(
    "account_id",
    "Phone number, short code or messaging service",
    required=True,
    help="As Twilio names it in To: +15550100, whatsapp:+15550100, or MG… of a messaging service.",
)
SETTINGS: tuple[SettingField, ...] = (
    SettingField(
        "messaging_service_sid",
        "Messaging service that sends",
        help="Where the account id is a number, but a service should pick the sender.",
        pattern=r"MG[0-9a-zA-Z]{1,64}",
    ),
    ACCOUNT_SID,
    public_url("Where Twilio is to tell what became of what we send; without it there are no marks."),
    *ADDRESSES,
)
