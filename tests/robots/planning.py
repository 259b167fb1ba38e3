"""Many follow-ups at once, for tests and measurements of what robots take."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import insert

from base.database import new_public_id
from cases.follow_ups import FollowUp
from tests.company import Company


def plan_many(company: Company, lanes: Mapping[str, int], *, due: datetime) -> None:
    """So many waiting rows of each lane, of walks that do not exist, one second apart before `due`."""
    case = company.case()
    rows = [
        {
            "public_id": new_public_id(), "brand_id": case.brand_id, "case_id": case.id, "walk_id": number,
            "version_id": 1, "process": "tiny", "step": lane or "step", "visit": 1, "lane": lane, "state": "waiting",
            "due_at": due - timedelta(seconds=number), "created_at": due, "attempts": 0, "token": 0,
        }
        for lane, count in lanes.items()
        for number in range(count)
    ]  # fmt: skip
    with company.database.unit() as session:
        session.execute(insert(FollowUp), rows)
