"""Web Push: what browsers can read and push services believe, and what becomes of what they answer.

The vector is that of RFC 8291, section 5 and appendix A; messages are read by a reader written from RFC 8188 and 8291.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from chalicelib.channels.base import HttpRequest, HttpResponse, NotSent, OutcomeUnknown
from chalicelib.domain.notice import Notice, NoticeKind, Outcome
from chalicelib.domain.notice_words import Words
from chalicelib.domain.web_push import Subscription, decoded, subscription
from chalicelib.services.web_push import MAX_PLAIN, Vapid, WebPush, public_point, sealed

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
    "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
ABOUT = {"idle_seconds": 3120}
NOTICE = Notice("ntc_1", "agt_ana", NoticeKind.RETURNED, AT, AT, "cnv_1", ABOUT)
WORDS = Words("Bób is back after 52 min", "", "Bób")


def key(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decoded(text), "big"), ec.SECP256R1())


def opened(body: bytes, browser: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """As a browser does it: counter mode without the tag's help, then the padding."""
    salt, (size, length) = body[:16], struct.unpack("!LB", body[16:21])
    sender, rest = body[21 : 21 + length], body[21 + length :]
    assert len(rest) <= size
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
    mixed = _hmac(auth, browser.exchange(ec.ECDH(), point))
    secret = _hmac(mixed, b"WebPush: info\0" + public_point(browser) + sender + b"\x01")
    pseudo = _hmac(salt, secret)
    content_key = _hmac(pseudo, b"Content-Encoding: aes128gcm\0\x01")[:16]
    nonce = _hmac(pseudo, b"Content-Encoding: nonce\0\x01")[:12]
    reader = Cipher(algorithms.AES128(content_key), modes.GCM(nonce, rest[-16:])).decryptor()
    plain = reader.update(rest[:-16]) + reader.finalize()
    text, mark = plain.rstrip(b"\0")[:-1], plain.rstrip(b"\0")[-1:]
    assert mark == b"\x02"
    return text


def _hmac(secret: bytes, data: bytes) -> bytes:
    made = hmac.HMAC(secret, hashes.SHA256())
    made.update(data)
    return made.finalize()


@dataclass
class Browsers:
    kept: list[Subscription]

    def of(self, agent_id: str) -> Sequence[Subscription]:
        return [each for each in self.kept if each.agent_id == agent_id]

    def remove(self, agent_id: str, subscription_id: str) -> bool:
        self.kept = [each for each in self.kept if each.id != subscription_id]
        return True


@dataclass
class Services:
    """Push services: what each answers, by host."""

    answers: dict[str, HttpResponse | Exception] = field(default_factory=dict)
    got: list[HttpRequest] = field(default_factory=list)

    def send(self, request: HttpRequest) -> HttpResponse:
        self.got.append(request)
        answer = self.answers.get(request.url.split("/")[2], HttpResponse(201))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def fetch(self, request: HttpRequest, *, limit_bytes: int) -> HttpResponse:
        raise AssertionError("nothing is fetched")


def browser(host: str = "push.example.com", point: str = PUBLIC) -> Subscription:
    return subscription("agt_ana", f"https://{host}/send/abc", point, AUTH, "", AT, frozenset())


def pushing(*browsers: Subscription) -> tuple[WebPush, Services, Browsers]:
    services, kept = Services(), Browsers(list(browsers))
    vapid = Vapid("a secret of the stack", "mailto:desk@example.com")
    return WebPush(kept, services, lambda: vapid, "https://desk.example.com"), services, kept


def test_a_message_is_sealed_as_the_standard_shows() -> None:
    plain = b"When I grow up, I want to be a watermelon"
    body = sealed(plain, decoded(PUBLIC), decoded(AUTH), key(OURS), decoded("DGv6ra1nlYgDCS1FRnbzlw"))

    assert body == decoded(BODY)
    assert opened(body, key(PRIVATE), decoded(AUTH)) == plain


def test_a_text_that_fits_no_record_is_refused() -> None:
    sealed(b"x" * MAX_PLAIN, decoded(PUBLIC), decoded(AUTH), key(OURS), bytes(16))
    with pytest.raises(ValueError, match="fit one record"):
        sealed(b"x" * (MAX_PLAIN + 1), decoded(PUBLIC), decoded(AUTH), key(OURS), bytes(16))


def test_a_push_can_be_read_by_the_browser_and_is_ours_to_the_service() -> None:
    push, services, _ = pushing(browser())

    assert push.push(NOTICE, WORDS, AT) == (Outcome.SENT, 0)

    (sent,) = services.got
    told = json.loads(opened(sent.body, key(PRIVATE), decoded(AUTH)))
    assert (told["id"], told["title"]) == ("ntc_1", "Bób is back after 52 min")
    assert told["url"] == "https://desk.example.com/inbox/all?c=cnv_1"
    assert (told["customer"], told["colleague"], told["about"]) == ("Bób", "", ABOUT)
    assert (sent.headers["TTL"], sent.headers["Urgency"]) == ("180", "high")
    assert len(sent.headers["Topic"]) <= 32
    scheme, _, parts = sent.secret_headers["Authorization"].partition(" ")
    token, public = (part.strip().partition("=")[2] for part in parts.split(","))
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(public))
    claims = jwt.decode(
        token, point, algorithms=["ES256"], audience="https://push.example.com", options={"verify_exp": False}
    )
    assert scheme == "vapid"
    assert claims["sub"] == "mailto:desk@example.com"
    assert AT.timestamp() < claims["exp"] <= (AT + timedelta(hours=24)).timestamp()


def test_facts_that_do_not_fit_are_left_out() -> None:
    push, services, _ = pushing(browser())
    much = replace(NOTICE, about={"title": "É" * MAX_PLAIN})

    assert push.push(much, replace(WORDS, body="Hello"), AT) == (Outcome.SENT, 0)
    told = json.loads(opened(services.got[0].body, key(PRIVATE), decoded(AUTH)))
    assert (told["title"], told["body"], told["about"]) == (WORDS.title, "", {})


def test_the_key_is_the_same_wherever_it_is_made_and_another_for_another_secret() -> None:
    one, same, other = Vapid("s", "mailto:a@b.c"), Vapid("s", "https://b.c"), Vapid("t", "mailto:a@b.c")

    assert one.public_key == same.public_key != other.public_key
    assert len(decoded(one.public_key)) == 65


def test_a_token_is_used_again_until_it_is_nearly_over() -> None:
    vapid = Vapid("s", "mailto:a@b.c")
    first = vapid.authorization("https://push.example.com/a", AT)

    assert vapid.authorization("https://push.example.com/b", AT + timedelta(hours=10)) == first
    assert vapid.authorization("https://push.example.com/b", AT + timedelta(hours=11, minutes=30)) != first
    assert vapid.authorization("https://other.example.com/b", AT) != first


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(status: int) -> None:
    push, services, kept = pushing(browser("gone.example.com"), browser())
    services.answers["gone.example.com"] = HttpResponse(status)

    assert push.push(NOTICE, WORDS, AT) == (Outcome.SENT, 0)
    assert [each.host for each in kept.kept] == ["push.example.com"]


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (HttpResponse(429, {"retry-after": "120"}), 120),
        (HttpResponse(429, {"retry-after": "99999"}), 900),
        (HttpResponse(503, {"retry-after": "Mon, 02 Mar 2026 10:00:00 GMT"}), 60),
        (NotSent("no route"), 60),
    ],
)
def test_it_is_tried_later_when_a_service_is_busy(answer: HttpResponse | Exception, wait: int) -> None:
    push, services, kept = pushing(browser("busy.example.com"), browser())
    services.answers["busy.example.com"] = answer

    assert push.push(NOTICE, WORDS, AT) == (None, wait)
    assert len(kept.kept) == 2


def test_what_a_service_refuses_for_good_has_failed_and_nobody_is_nowhere() -> None:
    push, services, kept = pushing(browser())
    services.answers["push.example.com"] = HttpResponse(403)

    assert push.push(NOTICE, WORDS, AT) == (Outcome.FAILED, 0)
    assert len(kept.kept) == 1
    assert pushing()[0].push(NOTICE, WORDS, AT) == (Outcome.NOWHERE, 0)


def test_a_key_that_is_no_point_of_the_curve_is_forgotten() -> None:
    off_curve = "BA" + "A" * 85
    push, services, kept = pushing(browser(point=off_curve))

    assert push.push(NOTICE, WORDS, AT) == (Outcome.NOWHERE, 0)
    assert not services.got
    assert not kept.kept


def test_a_few_services_that_do_not_answer_hold_up_nobody_elses_pushes() -> None:
    """The newest browser first; behind two that did not take it, nobody is asked before the next time."""
    hosts = [f"push{number}.example.com" for number in range(6)]
    push, services, _ = pushing(*map(browser, hosts))
    services.answers = dict.fromkeys(hosts[:5], OutcomeUnknown("no answer"))

    assert push.push(NOTICE, WORDS, AT) == (None, 60)
    assert [request.url.split("/")[2] for request in services.got] == hosts[:2:-1]
    assert all(request.timeout_seconds <= 3 for request in services.got)
