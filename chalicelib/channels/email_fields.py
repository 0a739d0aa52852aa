"""What an administrator says of an e-mail inbox."""

from chalicelib.channels.base import CredentialField, SettingField

_ADDRESS = r"[^@\s]+@[^@\s]+\.[^@\s]+"

ACCOUNT: SettingField | None = SettingField(
    "account_id", "E-mail address", required=True, pattern=_ADDRESS, help="Customers write to it, answers come from it."
)

CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField(
        "token_secret", "Signs the reply addresses by which answers find their conversation", generated=True
    ),
)

SETTINGS: tuple[SettingField, ...] = (
    SettingField(
        "topic_arn",
        "SNS topic of mail and events",
        required=True,
        help="arn:aws:sns:…; notifications of any other are refused.",
        pattern=r"arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+",
    ),
    SettingField("display_name", "Name of the company in From"),
    SettingField("signature", "Text below every mail"),
    SettingField("configuration_set", "SES configuration set", help="Without it nothing tells of bounces."),
    SettingField(
        "addresses",
        "Other addresses of this inbox",
        kind="list",
        help="For example the one at Amazon that your own mail server forwards to.",
    ),
    SettingField(
        "reply_domain",
        "Domain of the reply addresses",
        help="Its mail must come to Amazon SES. Without it: the domain of the address.",
    ),
    SettingField("subject", "Subject of mails that begin a conversation"),
    SettingField("mail_bucket", "Bucket of received mails", help="Where given, mails in any other are refused."),
    SettingField(
        "certificate_hosts",
        "Hosts that stand in for Amazon SNS",
        kind="list",
        help="For development only; they are called only where the deployment trusts them too.",
    ),
)
