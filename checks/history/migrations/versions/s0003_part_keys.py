"""Parts by their keys: until here a part was its name in the language of the run.

The names are those that the program wrote before this step; they must not follow its catalogue.
"""

import re
import shlex
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PART = 400
UNKNOWN = ("unknown", "chưa xác định")
# Kind, English name, Vietnamese name.
NAMES = (
    (
        "cable",
        "cable of disk {node}, serial {serial}",
        "cáp của ổ đĩa {node}, số sê-ri {serial}",
    ),
    (
        "files",
        "file system of disk {node}, serial {serial}",
        "hệ thống tệp trên ổ đĩa {node}, số sê-ri {serial}",
    ),
    ("disk", "disk {node}, serial {serial}", "ổ đĩa {node}, số sê-ri {serial}"),
    ("disks", "disks", "các ổ đĩa"),
    ("connector", "connector ata{number}", "cổng cắm ata{number}"),
    ("memory", "memory", "bộ nhớ"),
    ("board", "mainboard, processor or memory", "bo mạch chủ, bộ xử lý hoặc bộ nhớ"),
    ("cooling", "cooling", "hệ thống tản nhiệt"),
    ("sensor", "sensor {name} of {chip}", "cảm biến {name} của {chip}"),
    ("fan", "fan {fan} of {chip}", "quạt {fan} của {chip}"),
    ("clock", "clock battery", "pin đồng hồ trên bo mạch"),
    ("kernel", "kernel messages", "thông báo của nhân hệ điều hành"),
    ("usb", "USB ports", "các cổng USB"),
    ("usb-port", "USB port {number}", "cổng USB {number}"),
    ("network", "network", "mạng"),
    ("card", "network card {name}", "card mạng {name}"),
    ("cable-or-card", "network cable or card", "cáp mạng hoặc card mạng"),
    ("switch", "network switch", "bộ chia mạng (switch)"),
    ("line", "internet line", "đường truyền internet"),
    ("power", "power supply", "bộ nguồn"),
    ("mains", "mains", "điện lưới"),
    ("sockets", "sockets", "ổ cắm điện"),
    ("identity", "identity", "nhận dạng máy"),
    ("product_serial", "serial number of the machine", "số sê-ri của máy"),
    ("board_serial", "serial number of the mainboard", "số sê-ri của bo mạch chủ"),
    ("product_uuid", "UUID of the firmware", "mã UUID trong firmware"),
    ("machine_id", "machine id of Debian", "mã máy (machine-id) của Debian"),
    ("mac", "MAC address", "địa chỉ MAC"),
)
FINDINGS = sa.table(
    "findings",
    *map(sa.column, ("id", "host", "control", "part", "blind", "ended")),
    *map(sa.column, ("first", "first_night_id", "last_night_id")),
)


def upgrade() -> None:
    """Write the key of each part; a finding that stood once in each language becomes one."""
    bind = op.get_bind()
    hardware = sa.select(FINDINGS).where(FINDINGS.c.control.like("hardware.%"))
    rows = bind.execute(hardware.order_by(FINDINGS.c.last_night_id)).all()
    keys = {row.id: key_of(row.part) for row in rows}
    standing: dict[tuple[Any, ...], list[sa.Row[Any]]] = {}
    for row in rows:
        if row.ended is None:
            standing.setdefault((row.host, row.control, keys[row.id], row.blind), []).append(row)
    for alike in standing.values():
        _make_one(bind, alike)
    for row in rows:
        if keys[row.id] != row.part:
            bind.execute(_of(row).values(part=keys[row.id]))


def key_of(name: str) -> str:
    """The key of a part by its name in either language; itself where it has none."""
    for kind, *names in NAMES:
        for template in names:
            pattern = re.sub(r"\\\{\w+\\\}", "(.*)", re.escape(template))
            match = re.fullmatch(pattern, name)
            if match:
                facts: Iterable[str] = match.groups()
                known = ("" if one in UNKNOWN else one for one in facts)
                return shlex.join((kind, *known))[:PART]
    return name


def _make_one(bind: sa.Connection, alike: Sequence[sa.Row[Any]]) -> None:
    """Keep the row that was seen last, with the first day of all."""
    *others, kept = alike
    oldest = min(alike, key=lambda row: row.first_night_id)
    for row in others:
        bind.execute(FINDINGS.delete().where(FINDINGS.c.id == row.id))
    bind.execute(_of(kept).values(first=oldest.first, first_night_id=oldest.first_night_id))


def _of(row: sa.Row[Any]) -> sa.Update:
    return FINDINGS.update().where(FINDINGS.c.id == row.id)
