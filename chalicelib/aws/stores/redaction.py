"""Redaction: a message, what is shown of it elsewhere, and the line that tells of it, in one transaction."""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.aws import keys
from chalicelib.aws.border import TransactionRefused
from chalicelib.aws.codec import Item, from_json, to_json
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import attachment_map, message_from, note_item
from chalicelib.aws.personal_files import ATTACHMENTS, MAILS, QUARANTINE, Files
from chalicelib.aws.stores.writes import put_conversation
from chalicelib.aws.transaction import Desk, Put, Update, Write
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.message import Message, preview
from chalicelib.domain.redaction import masked, masked_deep
from chalicelib.domain.timeline_lines import conversation_line_id
from chalicelib.domain.writes import Written
from chalicelib.services.redaction import Redaction

# Of a transaction; the desk's own lines that hold words of one message are few.
MAX_LINES = 40

