"""Searching contacts over the desk's own store in memory: what is found is what a look at every contact would find."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.services.search import question
from tests.services.searched import DAY, T0, Desks

SCRIPTS = ("abcßéñč", "αβάω", "абйё", "王小明李山", "김민준이")
NAMES = st.lists(
    st.sampled_from(SCRIPTS).flatmap(lambda letters: st.text(letters, min_size=1, max_size=4)), min_size=1, max_size=3
).map(" ".join)
CJK = frozenset("王小明李山")


def plain(text: str) -> str:
    """Another way to fold: no table of ours."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if unicodedata.combining(each) < 200)


def answers(q: str, name: str) -> bool:
    return all(any(has(each, word) for each in cut(name)) for word in plain(q).split())


def cut(name: str) -> list[str]:
    """Its words; of neighbours in a script without spaces also what they make together."""
    found = plain(name).split()
    runs = [word for word in found if not _is_spaceless(word)]
    together = ""
    for word in [*found, "a"]:
        if _is_spaceless(word) and (not together or _script(together) == _script(word)):
            together += word
            continue
        runs += [together] if together else []
        together = word if _is_spaceless(word) else ""
    return runs


def has(word: str, wanted: str) -> bool:
    if _script(wanted) == "hangul":
        return any(word[at:].startswith(wanted) for at in range(len(word)) if "ᄀ" <= word[at] <= "ᅟ")
    return wanted in word if _is_spaceless(wanted) else word.startswith(wanted)


def _is_spaceless(word: str) -> bool:
    return _script(word) in ("han", "hangul")


def _script(word: str) -> str:
    if word[0] in CJK:
        return "han"
    return "hangul" if "ᄀ" <= word[0] <= "ᇿ" else "other"


def expected(desk: Desks, q: str) -> set[int]:
    return {int(each.id[4:]) for each in desk.contacts.values() if each.name and answers(q, each.name)}


@settings(deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=12), st.data())
def test_every_beginning_finds_exactly_whom_a_look_at_all_finds(names: list[str], data: st.DataObject) -> None:
    desk = Desks()
    for number, name in enumerate(names):
        desk.add(number, name=name, at=T0 + number * DAY)
    for _ in range(5):
        name = data.draw(st.sampled_from(names))
        some = data.draw(st.lists(st.sampled_from(name.split()), min_size=1, max_size=2, unique=True))
        q = " ".join(word[: data.draw(st.integers(1, len(word)))] for word in some)
        found = desk.found(q, limit=data.draw(st.integers(1, 5)))
        assert len(found) == len(set(found))
        assert set(found) == expected(desk, q), (q, names)


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[str, int, str]]:
    step = st.tuples(st.sampled_from(["name", "settle", "erase", "race"]), st.integers(0, 3), NAMES)
    return draw(st.lists(step, max_size=25))


@settings(deadline=None)
@given(stories(), st.integers(0, 3))
def test_the_index_says_what_contacts_say_after_any_order_of_events(story: list[tuple[str, int, str]], at: int) -> None:
    """Changes, late and double events, erasures, and settling that something else comes between."""
    desk = Desks()
    for number in range(4):
        desk.add(number, name=f"First {number}")
    for what, number, name in story:
        contact_id = f"con_{number:04d}"
        _happens(desk, what, contact_id, name, at)
    for number in range(4):
        desk.indexing.settle(f"con_{number:04d}")
    texts = {each.name for each in desk.contacts.values() if each.name} | {"First"}
    for text in texts:
        for q in {text, text.split()[0][:1]}:
            assert set(desk.found(q)) == expected(desk, q)
    rows = [key for key in desk.table.items if key[0].startswith("WRD#")]
    held = [key for number in range(4) for key in desk.store.keys_of(f"con_{number:04d}") if key[0].startswith("WRD#")]
    assert sorted(rows) == sorted(held)
    gone = {f"con_{number:04d}" for number in range(4)} - set(desk.contacts)
    assert not [key for key in rows if key[1].rpartition("#")[2] in gone]


def _happens(desk: Desks, what: str, contact_id: str, name: str, at: int) -> None:
    if what == "name" and contact_id in desk.contacts:
        desk.change(contact_id, name=name)
    elif what == "erase" and contact_id in desk.contacts:
        desk.indexing.forget(contact_id)
        desk.remove(contact_id)
        desk.indexing.forget(contact_id)
    elif what == "settle":
        desk.indexing.settle(contact_id)
    elif what == "race":
        later = len(desk.client.calls) + at
        desk.client.before[later] = lambda: _meanwhile(desk, contact_id, name)
        desk.indexing.settle(contact_id)
        desk.client.before.pop(later, None)


def _meanwhile(desk: Desks, contact_id: str, name: str) -> None:
    if name < "b":
        return _happens(desk, "erase", contact_id, name, 0)
    _happens(desk, "name", contact_id, name, 0)
    return _happens(desk, "settle", contact_id, name, 0)


@settings(deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=30), st.integers(1, 7), st.data())
def test_pages_lose_nobody_and_repeat_nobody_while_others_are_indexed(
    names: list[str], limit: int, data: st.DataObject
) -> None:
    desk = Desks()
    for number, name in enumerate(names):
        desk.add(number, name=f"Zoe {name}", at=T0 + number * DAY)
    seen: list[str] = []
    start = None
    while True:
        page = desk.search.find("zoe", limit, start)
        seen += [hit.contact.id for hit in page.items]
        start = page.next
        if start is None:
            break
        number = data.draw(st.integers(0, len(names) - 1))
        desk.change(f"con_{number:04d}", updated_at=T0 + 99 * DAY)
        desk.indexing.settle(f"con_{number:04d}")
    assert len(seen) == len(set(seen))
    assert set(seen) == set(desk.contacts)


@settings(deadline=None)
@given(st.text(max_size=400), st.text(max_size=400))
def test_nothing_that_is_typed_breaks_anything(name: str, q: str) -> None:
    desk = Desks()
    name = name.encode("utf-8", "replace").decode()
    desk.add(1, name=name, username=name[:50], email=f"{name}@example.com", phone=name)
    for typed in (q, name):
        try:
            question(typed)
        except InvalidInput:
            continue
        desk.found(typed)
    assert all(len(sk.encode()) <= 1024 and len(pk.encode()) <= 2048 for pk, sk in desk.table.items)
