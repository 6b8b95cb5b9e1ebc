"""Versions of a dashboard: made once, never changed, shown one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from mindzie.access import kinds
from mindzie.access.audit import facts
from mindzie.access.board_content import Content, checked_content
from mindzie.access.board_picture import checked_picture
from mindzie.access.door import Visit
from mindzie.access.fields import checked
from mindzie.access.items import Item
from mindzie.access.limits import within_limits
from mindzie.core.errors import ConflictError, NotFoundError, SettingError
from mindzie.store import models

_SAY: Final = "Say which data sets of its project it shows, with datasets=[...]."


class DashboardVersion(Item):
    """A notebook or an app as it was published."""

    kind = kinds.BOARD_VERSION
    named_by = "number"
    made_by = "dashboard.publish(source)"
    fixed = "publish another version with dashboard.publish(source)"

    @property
    def source(self) -> str:
        """Its text: a notebook in JSON without outputs, or Python."""
        with self._door.reading() as visit:
            return str(visit.row(self.kind, self.id).content)

    def _before_delete(self, visit: Visit, row: Any) -> None:
        above = visit.session.get_one(models.Dashboard, row.dashboard_id)
        if above.current == row.number:
            raise ConflictError(
                f"Version {row.number} is the one that {above.name!r} shows: publish or roll back to another one first."
            )


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be a version, checked.

    Parameters
    ----------
    content : Content
        Notebook or app.
    note : str
        What changed.
    picture : bytes or None
        For the gallery.
    picture_type : str or None
        Its media type.
    datasets : list or None
        What it shows, where that is said.
    """

    content: Content
    note: str
    picture: bytes | None
    picture_type: str | None
    datasets: list[Any] | None


def draft(content: Any, kind: Any, note: Any, picture: Any, datasets: Any) -> Draft:
    """Check what somebody publishes, as ``Dashboard.publish_content`` takes it."""
    if datasets is not None and not isinstance(datasets, list | tuple):
        raise SettingError("datasets is a list of data sets of the dashboard's project, by name.")
    note = checked(models.DashboardVersion, {"note": note}, new=True)["note"]
    found = checked_content(content, kind)
    named = None if datasets is None else list(datasets)
    return Draft(found, note, *checked_picture(picture), named)


def kept(visit: Visit, above: Any, made: Draft) -> models.DashboardVersion:
    """Keep a draft as a dashboard's next version; the same again is the one that there is."""
    record = models.DashboardVersion
    named = sorted(str(key) for key in _datasets(visit, above, made))
    mine = record.dashboard_id == above.id
    same = select(record).where(mine, record.sha256 == made.content.sha256)
    for row in visit.session.scalars(same.order_by(record.number.desc())):
        if row.datasets == named and row.picture == made.picture:
            return row
    last = visit.session.scalar(select(func.max(record.number)).where(mine)) or 0
    text = made.content.text
    row = record(
        tenant_id=visit.tenant,
        dashboard_id=above.id,
        number=last + 1,
        shown_by=made.content.kind,
        note=made.note,
        content=text,
        sha256=made.content.sha256,
        size=len(text.encode()) + len(made.picture or b""),
        datasets=named,
        picture=made.picture,
        picture_type=made.picture_type,
        created_by=visit.actor.id,
    )
    with within_limits(visit.session, visit.tenant, "bytes"):
        visit.session.add(row)
    return row


def _datasets(visit: Visit, above: Any, made: Draft) -> set[UUID]:
    names: Any = made.content.names if made.datasets is None else made.datasets
    here = models.Dataset.project_id == above.project_id
    found = set[UUID]()
    for name in names:
        key = getattr(name, "id", name)
        try:
            if isinstance(key, str):
                found.add(visit.named(kinds.DATASET, key, here).id)
            else:
                found.add(visit.row(kinds.DATASET, key, here).id)
        except NotFoundError as error:
            raise NotFoundError(
                f"{error} A dashboard shows data sets of its own project. {_SAY}"
            ) from None
    return found


def shown_version(visit: Visit, above: Any) -> models.DashboardVersion | None:
    """Return the version that a dashboard shows; None where nothing was published yet."""
    if above.current is None:
        return None
    chosen = select(models.DashboardVersion).filter_by(dashboard_id=above.id, number=above.current)
    found = visit.session.scalars(chosen).one_or_none()
    if found is None:
        raise NotFoundError(f"The dashboard {above.name!r} has no version {above.current}.")
    return found


def check_publisher(visit: Visit, version: models.DashboardVersion) -> None:
    """Refuse to show what the actor does not see: what is shown counts on who shows it.

    Raises
    ------
    NotFoundError
        Where a data set is gone, or out of their sight.
    """
    keys = [UUID(key) for key in version.datasets]
    chosen = visit.visible(kinds.DATASET).where(models.Dataset.id.in_(keys))
    if len(list(visit.session.scalars(chosen))) < len(keys):
        raise NotFoundError(
            f"Version {version.number} shows data sets that are gone or out of your sight: publish another version."
        )


def told(version: models.DashboardVersion) -> dict[str, Any]:
    """Return what the audit log keeps of a version that is published."""
    left_out = {"content", "picture", "dashboard_id"}
    return {name: value for name, value in facts(version).items() if name not in left_out}
