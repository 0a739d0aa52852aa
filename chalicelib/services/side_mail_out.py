"""Side threads by mail: what agents write goes out by the inbox that the thread was started with."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.channels import email, email_asides
from chalicelib.channels.base import CannotSay, NotSent
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.side_thread import SideMessage, SideThread
from chalicelib.services.ports import InboxDirectory, MailSender, OutcomeUnknown
from chalicelib.services.side_thread_ports import NotPosted, PostedThere, ThreadFile


@dataclass(frozen=True, slots=True)
class MailThreads:
    inboxes: InboxDirectory
    mail: MailSender

    def post(
        self, thread: SideThread, message: SideMessage, earlier: Sequence[SideMessage], files: Sequence[ThreadFile]
    ) -> PostedThere:
        """Raises NotPosted, OutcomeUnknown, StoreUnavailable."""
        inbox = self.inboxes.inbox(thread.whom.inbox_id or "")
        if inbox is None or not inbox.enabled:
            raise NotPosted("The inbox that this thread goes by is disabled or gone.", passing=False)
        given = [(file.attachment.name, file.attachment.mime, file.read()) for file in files]
        try:
            mail = email_asides.build(thread, message, earlier, given, inbox, self.inboxes.credentials(inbox))
        except CannotSay as cannot:
            raise NotPosted(cannot.reason, passing=False) from cannot
        except KeyError as error:
            raise NotPosted(f"The inbox lacks {error}.", passing=False) from error
        try:
            result = email.parse_send(self.mail.send(mail))
        except NotSent as error:
            raise NotPosted("The mail service cannot be reached.", passing=True) from error
        if result.error is not None:
            raise NotPosted(result.error.detail, passing=result.error.failure is FailureClass.RETRY)
        if result.uncertain:
            raise OutcomeUnknown("the mail service's answer was unreadable")
        return PostedThere(result.external_id)
