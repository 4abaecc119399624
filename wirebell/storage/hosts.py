"""Hosts: when each may be asked, agreed on by all processes in one row for each domain."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from wirebell.core.feeds import Lane
from wirebell.storage.leases import insert_new
from wirebell.storage.tables import HostRow


def take_turns(
    session: Session,
    lanes: Sequence[Lane | None],
    now: datetime,
    until: datetime,
    afresh: Collection[str] = (),
) -> list[datetime | None]:
    """When each may ask, those in front first; None for whom no turn comes before `until`.

    The hosts in `afresh` begin anew, whoever has had a turn.
    """
    rows = _rows(session, {lane.host for lane in lanes if lane}, now)
    for host in afresh:
        rows[host].free_at = min(rows[host].free_at, now)
    turns: list[datetime | None] = []
    for lane in lanes:
        turn = max(now, rows[lane.host].free_at) if lane else now
        turns.append(turn if turn < until else None)
        if lane and turn < until:
            rows[lane.host].free_at = turn + lane.spacing
    return turns


def close_until(session: Session, host: str, until: datetime, now: datetime) -> None:
    """Let nobody ask this host before an instant, which can only move on."""
    row = _rows(session, {host}, now)[host]
    row.free_at = max(row.free_at, until)


def _rows(session: Session, hosts: set[str], now: datetime) -> dict[str, HostRow]:
    """A row for each, locked, in one order for all workers."""
    mine = select(HostRow).where(col(HostRow.host).in_(hosts)).order_by(col(HostRow.host))
    mine = mine.with_for_update()
    rows = {row.host: row for row in session.exec(mine)} if hosts else {}
    if missing := hosts - rows.keys():
        insert_new(session, HostRow, [{"host": h, "free_at": now} for h in sorted(missing)])
        rows = {row.host: row for row in session.exec(mine)}
    return rows
