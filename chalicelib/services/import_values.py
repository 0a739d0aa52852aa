"""Values of an import, in the form they are stored in. The rules are those that agents' changes are held to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.domain.attributes import AttributeType, Definitions
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.import_row import ATTRIBUTES, PHONE
from chalicelib.domain.profile import ATTRIBUTE
from chalicelib.services import contact_values
from chalicelib.services.evidence import phone_number

_NUMBERS = (AttributeType.INTEGER, AttributeType.NUMBER)
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Values:
    """`region`: the country of national phone numbers. `cells`: values are cells of a CSV file, where all is text."""

    definitions: Definitions
    region: str | None
    cells: bool
    today: date

    def stored(self, name: str, value: Any) -> Any:
        """By field of `profile`. Raises InvalidInput, naming the field."""
        if name.startswith(ATTRIBUTE):
            key = name.removeprefix(ATTRIBUTE)
            return self.definitions.value(key, self._typed(key, value))
        if name == PHONE:
            value = phone_number(value, self.region) or value
        return contact_values.checked({name: value}, self.today)[name]

    def _typed(self, key: str, value: Any) -> Any:
        """A cell as a value of the type that its attribute has; what is none stays a text, and is refused as such."""
        defined = self.definitions.attributes.get(key)
        if not self.cells or defined is None or not isinstance(value, str):
            return value
        text = value.strip()
        if defined.type in _NUMBERS:
            return _number(text)
        if defined.type is AttributeType.BOOLEAN:
            return _TRUTHS.get(text.lower(), text)
        if defined.type is AttributeType.MULTI_CHOICE:
            return [part.strip() for part in text.split(";") if part.strip()]
        return text

    def check_required(self, attributes: Mapping[str, Any]) -> None:
        """No contact's attributes are written without those that are required. Raises InvalidInput."""
        for key, defined in self.definitions.attributes.items():
            if defined.is_required and key not in attributes:
                raise InvalidInput("This attribute is required.", field=ATTRIBUTES + key)


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
