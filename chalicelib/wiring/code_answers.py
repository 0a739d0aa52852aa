"""What notices that a customer has answered with a code."""

from functools import cache

from chalicelib.aws.stores.verification import VerificationStore
from chalicelib.services.code_answers import CodeAnswers
from chalicelib.wiring.codes import code_key
from chalicelib.wiring.shared import desk


@cache
def code_answers() -> CodeAnswers:
    return CodeAnswers(VerificationStore(desk()), code_key)
