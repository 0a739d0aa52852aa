"""Every environment variable of every function, in one frozen place; infra's test compares it with the template.

A function gets only those it needs: reading one that is absent raises `SettingMissing`, which names it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass


class SettingMissing(Exception):
    """A function was deployed without a variable it needs: fix the template."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Names of what the stack made. `_env` is the source, kept for lazy and precise complaints."""

    _env: Mapping[str, str]

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        return cls(os.environ if env is None else env)

    def _get(self, name: str) -> str:
        value = self._env.get(name)
        if not value:
            raise SettingMissing(f"environment variable {name} is not set")
        return value

    @property
    def desk_table(self) -> str:
        return self._get("PARLEY_DESK_TABLE")

    @property
    def live_table(self) -> str:
        return self._get("PARLEY_LIVE_TABLE")

    @property
    def facts_table(self) -> str:
        """What numbers are made of."""
        return self._get("PARLEY_FACTS_TABLE")

    @property
    def archive_bucket(self) -> str:
        """Where events are kept as lines."""
        return self._get("PARLEY_ARCHIVE_BUCKET")

    @property
    def numbers_lag_seconds(self) -> int:
        """How old a measurement is before it is counted."""
        return int(self._get("PARLEY_NUMBERS_LAG_SECONDS"))

    @property
    def event_bus(self) -> str:
        return self._get("PARLEY_EVENT_BUS")

    @property
    def spill_sqs_url(self) -> str:
        return self._get("PARLEY_SPILL_SQS_URL")

    @property
    def outbound_sqs_url(self) -> str:
        return self._get("PARLEY_OUTBOUND_SQS_URL")

    @property
    def signals_sqs_url(self) -> str:
        return self._get("PARLEY_SIGNALS_SQS_URL")

    @property
    def timers_sqs_url(self) -> str:
        return self._get("PARLEY_TIMERS_SQS_URL")

    @property
    def people_sqs_url(self) -> str:
        return self._get("PARLEY_PEOPLE_SQS_URL")

    @property
    def jobs_sqs_url(self) -> str:
        return self._get("PARLEY_JOBS_SQS_URL")

    @property
    def slack_sqs_url(self) -> str:
        """What the company's Slack is told."""
        return self._get("PARLEY_SLACK_SQS_URL")

    @property
    def slack_heard_sqs_url(self) -> str:
        """What the company's Slack told, in order."""
        return self._get("PARLEY_SLACK_HEARD_SQS_URL")

    @property
    def webhook_attempts_sqs_url(self) -> str:
        return self._get("PARLEY_WEBHOOK_ATTEMPTS_SQS_URL")

    @property
    def notifications_sqs_url(self) -> str:
        return self._get("PARLEY_NOTIFICATIONS_SQS_URL")

    @property
    def notices_address(self) -> str:
        """The address that mails to agents come from; "" where the stack has no domain for mail."""
        address = self._get("PARLEY_NOTICES_ADDRESS")
        return "" if address.endswith("@") else address

    @property
    def web_origin(self) -> str:
        """Where agents work, for links; "" where that may be anywhere."""
        origin = self._get("PARLEY_WEB_ORIGIN")
        return "" if origin == "*" else origin.rstrip("/")

    @property
    def widget_origin(self) -> str:
        """Where the chat widget's program comes from."""
        return self._get("PARLEY_WIDGET_ORIGIN").rstrip("/")

    @property
    def timers_sqs_arn(self) -> str:
        return self._get("PARLEY_TIMERS_SQS_ARN")

    @property
    def timers_role_arn(self) -> str:
        """As whom the scheduler writes to the timers queue."""
        return self._get("PARLEY_TIMERS_ROLE_ARN")

    @property
    def timers_prefix(self) -> str:
        """Names of this stack's schedules start so."""
        return self._get("PARLEY_TIMERS_PREFIX")

    @property
    def attachments_bucket(self) -> str:
        return self._get("PARLEY_ATTACHMENTS_BUCKET")

    @property
    def mail_bucket(self) -> str:
        """Where Amazon SES puts received mails."""
        return self._get("PARLEY_MAIL_BUCKET")

    @property
    def quarantine_bucket(self) -> str:
        return self._get("PARLEY_QUARANTINE_BUCKET")

    @property
    def secret_prefix(self) -> str:
        """Secrets Manager names of this stack start so: `<prefix>inbox/<id>`, `<prefix>cursor`."""
        return self._get("PARLEY_SECRET_PREFIX")

    @property
    def user_pool_id(self) -> str:
        return self._get("PARLEY_USER_POOL_ID")

    @property
    def user_pool_client_id(self) -> str:
        return self._get("PARLEY_USER_POOL_CLIENT_ID")

    @property
    def user_pool_issuer(self) -> str:
        return self._get("PARLEY_USER_POOL_ISSUER")

    @property
    def public_url(self) -> str:
        """Where providers and visitors reach us: the HTTP API's address."""
        return self._get("PARLEY_PUBLIC_URL")

    @property
    def sockets_endpoint(self) -> str:
        """Where frames are pushed to open sockets."""
        return self._get("PARLEY_SOCKETS_ENDPOINT")

    @property
    def sockets_url(self) -> str:
        """Where clients open sockets."""
        return self._get("PARLEY_SOCKETS_URL")

    @property
    def trusted_hosts(self) -> frozenset[str]:
        """host:port pairs egress may call although they are not public (the simulators); empty in AWS."""
        return frozenset(filter(None, self._env.get("PARLEY_TRUSTED_HOSTS", "").split(",")))
