"""What an administrator enters for a number at Twilio."""

from chalicelib.channels.base import SettingField
from chalicelib.channels.fields import api_base, media_hosts
from chalicelib.channels.twilio_api import API_BASE

ACCOUNT: SettingField | None = SettingField(
    "account_id",
    "Phone number, short code or messaging service",
    required=True,
    help="As Twilio names it in To: +15550100, whatsapp:+15550100, or MG… of a messaging service.",
)
# Of everything that is reached by the Twilio account.
ACCOUNT_SETTINGS: tuple[SettingField, ...] = (
    SettingField("account_sid", "Account SID", required=True, help="AC… on the console's first page."),
    SettingField(
        "public_url",
        "Address of the webhook API",
        "url",
        help="Where Twilio is to tell what became of what we send; without it there are no marks.",
    ),
    api_base(API_BASE),
    media_hosts("api.twilio.com"),
)
SETTINGS: tuple[SettingField, ...] = (
    SettingField(
        "messaging_service_sid",
        "Messaging service that sends",
        help="Where the account id is a number, but a service should pick the sender.",
        pattern=r"MG[0-9a-zA-Z]{1,64}",
    ),
    *ACCOUNT_SETTINGS,
)
