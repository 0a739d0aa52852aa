"""Lines into ledgers and slices, from events or from the archive; made on first use."""

from functools import cache

from chalicelib.aws.clients import patient_client
from chalicelib.aws.line_archive import LineArchive
from chalicelib.aws.stores.ledgers import CalendarStore, LedgerStore
from chalicelib.domain.measures import measures
from chalicelib.services.folding import Folding
from chalicelib.services.numbers_rebuild import Rebuilding
from chalicelib.wiring.numbers import facts
from chalicelib.wiring.shared import settings


@cache
def folding() -> Folding:
    return Folding(LedgerStore(facts()), CalendarStore(facts()), measures)


@cache
def rebuilding() -> Rebuilding:
    return Rebuilding(LineArchive(patient_client("s3"), settings().archive_bucket), folding())
