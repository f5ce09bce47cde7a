"""``--since``, ``--until`` and ``--tz``: words to points in time."""

from __future__ import annotations

from datetime import (
    datetime,
    timedelta,
    timezone,
    tzinfo,
)

from tierwise.errors import TierwiseError

_DAY_LENGTH = len("2026-01-31")  # a longer text names a time of the day too
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def read_zone(name: str | None) -> tzinfo | None:
    """Return a time zone by name; None (the machine's own) without one or for ``local``.  Raises TierwiseError."""
    if name is None or name.lower() == "local":
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise TierwiseError(
            f'"{name}" is no time zone',
            place="--tz",
            remedy="Give a name such as UTC or Europe/Berlin, or local.",
        ) from None


def name_zone(zone: tzinfo | None, name: str | None) -> str:
    """Return the name of a zone that :func:`read_zone` read, as reports say it."""
    if zone is None or not name:
        return "local"
    return name


def now_in(zone: tzinfo | None) -> datetime:
    """Return this moment in a zone."""
    if zone is None:
        return datetime.now().astimezone()
    return datetime.now(zone)


def read_since(
    text: str | None,
    now: datetime,
    zone: tzinfo | None,
) -> datetime | None:
    """Return where a window begins.  Raises TierwiseError for words that mean no time."""
    return _read_moment(text, now, zone, "--since")


def read_until(
    text: str | None,
    now: datetime,
    zone: tzinfo | None,
) -> datetime | None:
    """Return where a window ends; a date counts as the whole day.  Raises TierwiseError for words that mean no time."""
    return _read_moment(
        text,
        now,
        zone,
        "--until",
        whole_day=timedelta(days=1),
    )


def check_order(
    since: datetime | None,
    until: datetime | None,
) -> None:
    """Raise TierwiseError where a window ends before it begins."""
    if since and until and until <= since:
        raise TierwiseError(
            "the window ends before it begins", place="--until", remedy="Give one after --since."
        )


def _read_moment(
    text: str | None,
    now: datetime,
    zone: tzinfo | None,
    option: str,
    whole_day: timedelta = timedelta(0),
) -> datetime | None:
    if not text:
        return None
    try:
        return _parse_moment(
            text.strip().lower(),
            now,
            zone,
            whole_day,
        )
    except (ValueError, OverflowError):  # no such words, or a year that no calendar here has
        raise TierwiseError(
            f'"{text}" is no point in time',
            place=option,
            remedy="Give monday, today, 24h, 7d, 2w, or a date such as 2026-11-16 (also 2026-11-16T08:00).",
        ) from None


def _parse_moment(
    words: str,
    now: datetime,
    zone: tzinfo | None,
    whole_day: timedelta,
) -> datetime:
    days = {"today": 0, "yesterday": 1, "monday": now.weekday()}
    if words in days:
        midnight = now.replace(
            tzinfo=None,
            hour=0,
            minute=0,
            second=0,
            microsecond=0,
        )
        day = midnight - timedelta(days=days[words])
        return _place_in_zone(day + whole_day, zone)
    number, unit = words[:-1], words[-1:]
    if number.isdigit() and unit in _UNITS:
        return now - timedelta(**{_UNITS[unit]: int(number)})
    moment = datetime.fromisoformat(words.upper().replace("Z", "+00:00"))
    if len(words) <= _DAY_LENGTH:
        moment += whole_day
    if not moment.tzinfo:
        moment = _place_in_zone(moment, zone)
    moment.astimezone(timezone.utc)  # raises OverflowError at the two ends of the calendar
    return moment


def _place_in_zone(
    naive: datetime,
    zone: tzinfo | None,
) -> datetime:
    """Return a wall clock's time as a moment; each day with its own offset from UTC."""
    if zone is None:
        return naive.astimezone()
    return naive.replace(tzinfo=zone)
