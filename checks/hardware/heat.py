"""Heat and fans: is the PC cooled, and as well as before?"""

import re
from collections.abc import Iterator, Sequence
from statistics import median

from checks.hardware import heat_rules as rules
from checks.hardware.findings import Finding
from checks.hardware.parts import part_key
from checks.hardware.rule import KERNEL_WINDOW, found, having, recent, times, unanswered
from checks.report import Missing, Report, Sensor, Temperatures
from inventory.records import Workstation

# (chip, label, which of those alike): what makes it the same sensor as last night's.
_Key = tuple[str, str, int]
_THROTTLED = re.compile(r"throttled|temperature above threshold", re.IGNORECASE)
_SHUTDOWN = re.compile(r"critical temperature", re.IGNORECASE)


def judge(reports: Sequence[Report], _declared: Workstation) -> Iterator[Finding]:
    """What is to be said of heat and fans.

    Args:
        reports: the PC's, the newest last.
    """
    now = reports[-1].temperatures
    if isinstance(now, Missing):
        yield unanswered(rules.UNKNOWN, part_key("cooling"), now)
    else:
        here = _sensors(now)
        for key, sensor in here.items():
            yield from _limits(reports, key, sensor)
            yield from _rising(reports, key)
        if not here:
            yield found(rules.UNMEASURED, part_key("cooling"))
        for fan in now.fans:
            if fan.rpm == 0 and fan.chip not in rules.FANS_AT_REST:
                yield from _standing(reports, fan.chip, fan.fan)
    yield from _kernel(recent(reports))


def _sensors(temperatures: Temperatures) -> dict[_Key, Sensor]:
    """The sensors that measure something known and can be believed."""
    known: dict[_Key, Sensor] = {}
    alike: dict[tuple[str, str], int] = {}
    for sensor in temperatures.sensors:
        name = (sensor.chip, sensor.label or "")
        alike[name] = alike.get(name, 0) + 1
        believed = rules.COLDEST <= sensor.celsius <= rules.HOTTEST
        if sensor.chip in rules.MEASURING and believed:
            known[*name, alike[name]] = sensor
    return known


def _part(key: _Key) -> str:
    chip, label, which = key
    return part_key("sensor", label or str(which), chip)


def _limit(value: float | None) -> float | None:
    """A limit somebody set: drivers report 0, 127 or 65,261 where nobody has."""
    believed = value is not None and rules.LEAST_LIMIT <= value <= rules.HOTTEST
    return value if believed else None


def _limits(reports: Sequence[Report], key: _Key, sensor: Sensor) -> Iterator[Finding]:
    critical, high = _limit(sensor.critical), _limit(sensor.high)
    celsius = sensor.celsius
    if critical is not None and celsius >= critical - rules.NEAR:
        numbers = {"celsius": celsius, "limit": critical, "near": rules.NEAR}
        yield found(rules.CRITICAL, _part(key), **numbers)
    elif high is not None:
        hot = [
            report.at
            for report, past in having(recent(reports), lambda each: each.temperatures)
            if (same := _sensors(past).get(key)) is not None and same.celsius >= high
        ]
        days = times(hot, rules.A_DAY)
        if days >= rules.DAYS_AGAIN:
            yield found(rules.HIGH_AGAIN, _part(key), celsius=celsius, limit=high, days=days)
        elif celsius >= high:
            yield found(rules.HIGH, _part(key), celsius=celsius, limit=high)


def _rising(reports: Sequence[Report], key: _Key) -> Iterator[Finding]:
    """Medians, because nobody knows what the PC was doing in a single report."""
    lately, before = [], []
    for report, past in having(reports, lambda each: each.temperatures):
        same = _sensors(past).get(key)
        ago = reports[-1].at - report.at
        if same is None:
            continue
        if ago <= rules.LATELY:
            lately.append(same.celsius)
        elif rules.BEFORE_UNTIL <= ago <= rules.BEFORE_FROM:
            before.append(same.celsius)
    if min(len(lately), len(before)) < rules.READINGS:
        return
    now, was = median(lately), median(before)
    if now - was >= rules.RISE:
        yield found(rules.RISING, _part(key), rise=now - was, now=now, before=was)


def _standing(reports: Sequence[Report], chip: str, fan: str) -> Iterator[Finding]:
    """A fan at rest that turned before; one that never did is not connected."""
    seen = [
        (report, other.rpm)
        for report, past in having(recent(reports), lambda each: each.temperatures)
        for other in past.fans
        if (other.chip, other.fan) == (chip, fan) and other.rpm is not None
    ]
    turned = [rpm for _report, rpm in seen if 0 < rpm <= rules.FASTEST]
    last = max((index for index, (_report, rpm) in enumerate(seen) if rpm), default=-1)
    still_before = sum(rpm == 0 for _report, rpm in seen[:last])
    # One that rests now and then is so controlled, or its wire is loose: no fan that has died.
    if len(turned) < rules.TURNED or still_before >= len(turned):
        return
    days = times([report.at for report, _rpm in seen[last + 1 :]], rules.A_DAY)
    part = part_key("fan", fan, chip)
    usual = int(median(turned))
    if days >= rules.DAYS_AGAIN:
        yield found(rules.STOPPED, part, days=days, rpm=usual)
    else:
        yield found(rules.STANDS, part, rpm=usual)


def _kernel(month: Sequence[Report]) -> Iterator[Finding]:
    said = [
        (report, kernel["heat"])
        for report, kernel in having(month, lambda each: each.kernel)
        if "heat" in kernel
    ]
    part = part_key("cooling")
    for report, complaint in said:
        words = next((each for each in complaint.samples if _SHUTDOWN.search(each)), None)
        if words and report is month[-1]:
            yield found(rules.SHUTDOWN, part, words=words)
    slowed = [(r, c) for r, c in said if any(map(_THROTTLED.search, c.samples))]
    days = times([report.at for report, _complaint in slowed], KERNEL_WINDOW)
    if days >= rules.DAYS_AGAIN:
        yield found(rules.THROTTLED_AGAIN, part, days=days)
    elif slowed and slowed[-1][0] is month[-1]:
        yield found(rules.THROTTLED, part, count=slowed[-1][1].count)
