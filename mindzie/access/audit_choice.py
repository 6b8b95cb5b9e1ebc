"""Which entries of an audit log are asked for."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import ColumnElement, Select, select

from mindzie.access.given import LARGEST, Text, in_utc
from mindzie.core.errors import SettingError
from mindzie.core.refusals import spoken
from mindzie.store.models import AuditEntry

Moment = Annotated[AwareDatetime, AfterValidator(in_utc)]


class Choice(BaseModel):
    """What ``AuditLog.entries`` takes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    action: Text | None = None
    actor: Text | None = None
    kind: Text | None = None
    object_name: Text | None = None
    since: Moment | None = None
    until: Moment | None = None
    after: int = Field(default=0, ge=0, le=LARGEST)
    limit: int = Field(default=1_000, ge=1, le=100_000)
    last: bool = False

    @property
    def question(self) -> Select[Any]:
        """The entries as the database gives them: the last ones in backward order."""
        number = AuditEntry.number
        order = number.desc() if self.last else number
        return select(AuditEntry).where(*self._conditions()).order_by(order).limit(self.limit)

    def _conditions(self) -> list[ColumnElement[bool]]:
        record, found = AuditEntry, [AuditEntry.number > self.after]
        if self.action is not None and self.action.endswith("."):
            found.append(record.action.startswith(self.action, autoescape=True))
        elif self.action is not None:
            found.append(record.action == self.action)
        for column, value in (
            (record.actor_name, self.actor),
            (record.object_kind, self.kind),
            (record.object_name, self.object_name),
        ):
            if value is not None:
                found.append(column == value)
        if self.since is not None:
            found.append(record.at >= self.since)
        if self.until is not None:
            found.append(record.at < self.until)
        return found


def chosen(**said: Any) -> Choice:
    """Return a choice, or say all that is wrong with it."""
    try:
        return Choice(**said)
    except ValidationError as error:
        wrong = "\n".join(f"{spoken(item)}." for item in error.errors(include_url=False))
    raise SettingError(wrong)
