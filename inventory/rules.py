"""What argument specs cannot say: formats, ranges, one value against another.

A rule for one variable takes its value, of the declared type already, and yields `Wrong`s:

    @rule("power_opening_hours")
    def hours_are_in_order(hours): ...

A rule for several takes a host's whole variables and runs only when all it names are declared:

    @rule_for("power_opening_hours", "updates_at")
    def updates_wait_for_closing(variables): ...
"""

import re
from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from ipaddress import ip_interface, ip_network
from typing import Any
from zoneinfo import available_timezones

from inventory.problems import Key
from inventory.words import _


@dataclass(frozen=True)
class Wrong:
    """What a rule objects to.

    Attributes:
        wrong: what is wrong, one sentence.
        mend: what to do.
        path: the steps from the variable to the value, as `(2, "from")`.
        name: for `rule_for`, the variable to point at; "" is the first one it names.
    """

    wrong: str
    mend: str
    path: tuple[Key, ...] = ()
    name: str = ""


Rule = Callable[[Any], Iterable[Wrong]]
Variables = Mapping[str, Any]
RULES: dict[str, list[Rule]] = defaultdict(list)
RULES_FOR: list[tuple[tuple[str, ...], Callable[[Variables], Iterable[Wrong]]]] = []


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register a rule for the value of each of `names`."""

    def register(function: Rule) -> Rule:
        for name in names:
            RULES[name].append(function)
        return function

    return register


def rule_for(*names: str) -> Callable[[Rule], Rule]:
    """Register a rule over several variables of one host."""

    def register(function: Rule) -> Rule:
        RULES_FOR.append((names, function))
        return function

    return register


# --- site ---------------------------------------------------------------------

_DAY = re.compile(r"(\d{4})(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@rule("site_holders", "site_signers")
def periods_are_dates(entries: list[dict[str, str]]) -> Iterator[Wrong]:
    """`from` and `until` are blank, a year, a month or a day, and in order."""
    for index, entry in enumerate(entries):
        for end in ("from", "until"):
            if entry[end] and not _DAY.fullmatch(entry[end]):
                wrong = _("{value} is not a date").format(value=entry[end])
                mend = _('Write "2013", "2013-08" or "2013-08-01", or "" if unknown.')
                yield Wrong(wrong, mend, (index, end))
        first, last = entry["from"], entry["until"]
        # Compared as far as both are known: 2013-08 may well end in 2013.
        if first and last and first[: len(last)] > last[: len(first)]:
            yield Wrong(_("ends before it begins"), _("Exchange the dates."), (index, "until"))


# --- access -------------------------------------------------------------------


@rule("access_management_addresses")
def management_addresses_are_networks(addresses: list[str]) -> Iterator[Wrong]:
    """Each is an IPv4 or IPv6 address or network, without host bits, and lets not everyone in."""
    for index, address in enumerate(addresses):
        try:
            network = ip_network(address, strict=False)
            # A netmask in dots is Python's to read, not nftables'.
            int(address.partition("/")[2] or 0)
        except ValueError:
            wrong = _("{value} is no address or network").format(value=address)
            mend = _('Write an address ("192.0.2.10") or a network ("2001:db8::/64"), no names.')
            yield Wrong(wrong, mend, (index,))
            continue
        if "/" in address and str(network) != str(ip_interface(address)):
            wrong = _("{value} is an address within a network, not a network").format(value=address)
            mend = _("Write {network}, or the address alone.").format(network=network)
            yield Wrong(wrong, mend, (index,))
        elif network.prefixlen == 0:
            mend = _("Write [] while the addresses are not known, so that every run says so.")
            yield Wrong(_("{value} is every address").format(value=address), mend, (index,))


@rule("access_authorized_keys")
def authorized_keys_are_keys(keys: list[str]) -> Iterator[Wrong]:
    """Each is one public key as OpenSSH writes it, and none is there twice."""
    seen: dict[str, int] = {}
    for index, key in enumerate(keys):
        blob = _key_blob(key)
        if not blob:
            mend = _("Write the whole line of the .pub file: type, key, comment.")
            yield Wrong(_("this is not a public key of OpenSSH"), mend, (index,))
        elif blob in seen:
            wrong = _("the same key as entry {number}").format(number=seen[blob] + 1)
            yield Wrong(wrong, _("Remove one of them."), (index,))
        seen.setdefault(blob, index)


def _key_blob(line: str) -> str:
    """The base64 of a public key whose type is the one it claims; "" if it is none."""
    kind, blob = [*line.split(" ", 2), "", ""][:2]
    try:
        data = b64decode(blob, validate=True)
    except ValueError:
        return ""
    # RFC 4253, 6.6: a length of four bytes, then the name of the key's type.
    length = int.from_bytes(data[:4])
    honest = "\n" not in line and data[4 : 4 + length] == kind.encode() and len(data) > 4 + length
    return blob if kind and honest else ""


@rule("access_locked_accounts")
def locked_accounts_are_others(accounts: list[str]) -> Iterator[Wrong]:
    """Names of accounts, and not the one whose password the vault holds."""
    for index, account in enumerate(accounts):
        if not re.fullmatch(r"[a-z_][a-z0-9_-]*", account):
            mend = _("Write the name as the installer took it: small letters and digits.")
            yield Wrong(_("{value} is no account").format(value=account), mend, (index,))
        elif account == "benvung":
            mend = _("Remove it: its password is access_console_password_hash.")
            yield Wrong(
                _("{value} is the maintenance account").format(value=account), mend, (index,)
            )


@rule("access_revert_seconds")
def revert_is_soon(seconds: int) -> Iterator[Wrong]:
    """Long enough for a new login, short enough for a person who waits."""
    if not 30 <= seconds <= 300:  # noqa: PLR2004 - as the variable's comment says
        wrong = _("{value} is not between 30 and 300 seconds").format(value=seconds)
        yield Wrong(wrong, _("Leave it at 300 unless there is a reason."))


@rule("access_console_password_hash")
def console_password_is_hashed(secret: str) -> Iterator[Wrong]:
    """A crypt(5) hash, never the password itself; the value is not repeated."""
    if not re.fullmatch(r"\$[0-9a-z]+\$[./A-Za-z0-9$,=+-]+", secret):
        mend = _("Let benvung enrol write it, or take the output of: mkpasswd")
        yield Wrong(_("this is not a password hash of crypt(5)"), mend)


# --- updates, antivirus, power, health -----------------------------------------

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")

# Variable → least, most. Outside, the value is a slip of the pen or would harm readers.
_RANGES = {
    "updates_limit_minutes": (5, 180),
    "updates_missed_days": (1, 30),
    "antivirus_daemon_above_mb": (0, 1 << 20),
    "antivirus_scan_memory_mb": (256, 16384),
    "antivirus_scan_limit_minutes": (1, 240),
    "antivirus_quarantine_days": (1, 365),
    "power_warning_minutes": (1, 60),
    "power_closing_limit_minutes": (10, 300),
    "power_wake_minutes_before": (0, 120),
    "power_boot_menu_seconds": (0, 30),
    "power_emergency_retry_minutes": (1, 60),
    "health_disk_test_hour": (-1, 23),
    "health_session_minutes": (1, 15),
    "health_line_minutes": (1, 60),
    "health_line_promised_mbps": (0, 100_000),
    "health_keep_months": (1, 120),
}


def _within(least: int, most: int) -> Rule:
    def judge(value: int) -> Iterator[Wrong]:
        if not least <= value <= most:
            wrong = _("{value} is not between {least} and {most}")
            yield Wrong(
                wrong.format(value=value, least=least, most=most), _("Write a number in between.")
            )

    return judge


for _name, _range in _RANGES.items():
    rule(_name)(_within(*_range))


@rule("power_opening_hours")
def spans_are_in_order(hours: dict[str, list[list[Any]]]) -> Iterator[Wrong]:
    """Each span is [from, until] in HH:MM, ends after it begins, and before the next begins."""
    for day, spans in hours.items():
        before = ""
        for index, span in enumerate(spans):
            times = [str(time) for time in span]
            if len(times) != len(("from", "until")) or not all(map(_CLOCK.fullmatch, times)):
                wrong = _("{value} is not a span of time").format(value=span)
                yield Wrong(wrong, _('Write ["07:30", "11:30"], with quotes.'), (day, index))
                continue
            if times[0] >= times[1]:
                wrong = _("{value} ends before it begins").format(value="-".join(times))
                yield Wrong(wrong, _("Exchange the times."), (day, index))
            elif times[0] < before:
                wrong = _("{value} begins before the span above it ends").format(
                    value="-".join(times)
                )
                yield Wrong(wrong, _("Put the spans of a day in order."), (day, index))
            before = times[1]


@rule_for("power_opening_hours", "power_warning_minutes")
def warning_fits_the_day(variables: Variables) -> Iterator[Wrong]:
    """The first warning comes on the day of the closing."""
    minutes = variables["power_warning_minutes"]
    for day, spans in variables["power_opening_hours"].items():
        for index, span in enumerate(spans):
            if not all(_CLOCK.fullmatch(str(time)) for time in span):
                continue
            hour, minute = map(int, span[-1].split(":"))
            if hour * 60 + minute < minutes:
                wrong = _("the warning for {value} would come the day before")
                mend = _("Close later, or warn later (power_warning_minutes).")
                yield Wrong(wrong.format(value=span[-1]), mend, (day, index))


@rule("power_closed_days")
def closed_days_are_days(days: list[str]) -> Iterator[Wrong]:
    """Each is a day of the calendar, written YYYY-MM-DD."""
    for index, day in enumerate(days):
        yield from (Wrong(wrong.wrong, wrong.mend, (index,)) for wrong in clock_day_is_a_day(day))


@rule("power_clock_not_before")
def clock_day_is_a_day(day: str) -> Iterator[Wrong]:
    """A day of the calendar, written YYYY-MM-DD."""
    try:
        good = date.fromisoformat(day).isoformat() == day
    except ValueError:
        good = False
    if not good:
        yield Wrong(_("{value} is not a day").format(value=day), _('Write "2027-02-05".'))


@rule("power_stray_close")
def stray_close_is_a_time(time: str) -> Iterator[Wrong]:
    """Blank, or HH:MM."""
    if time and not _CLOCK.fullmatch(time):
        wrong = _("{value} is not a time").format(value=time)
        yield Wrong(wrong, _('Write "22:00", or "" for never.'))


@rule("power_warning_text")
def warning_says_when(text: str) -> Iterator[Wrong]:
    """It names the minutes that are left."""
    if "{minutes}" not in text:
        yield Wrong(_("the warning does not say when"), _("Write {minutes} where the number goes."))


@rule_for("updates_limit_minutes", "power_closing_limit_minutes")
def closing_leaves_time_for_updates(variables: Variables) -> Iterator[Wrong]:
    """The updates' limit lies within the closing's."""
    if variables["power_closing_limit_minutes"] <= variables["updates_limit_minutes"]:
        wrong = _("closing ends before its updates may")
        mend = _("Let power_closing_limit_minutes be more than updates_limit_minutes.")
        yield Wrong(wrong, mend, (), "power_closing_limit_minutes")


@rule("updates_apt_cache")
def cache_is_host_and_port(cache: str) -> Iterator[Wrong]:
    """Blank, or host:port."""
    host, _colon, port = cache.rpartition(":")
    known = _HOST.fullmatch(host) and port.isdecimal() and 0 < int(port) < 1 << 16
    if cache and not known:
        wrong = _("{value} is not host:port").format(value=cache)
        yield Wrong(wrong, _('Write "cache.thapmuoi.internal:3142", or "" for none.'))


@rule("updates_origins")
def origins_are_patterns(origins: list[str]) -> Iterator[Wrong]:
    """Each is key=value, joined by commas; the security archive is among them."""
    for index, origin in enumerate(origins):
        if not re.fullmatch(r"[a-z]+=[^\",;\n]+(,[a-z]+=[^\",;\n]+)*", origin):
            wrong = _("{value} is not an origin pattern").format(value=origin)
            mend = _('Write "origin=Debian,label=Debian-Security" and the like.')
            yield Wrong(wrong, mend, (index,))
    if not any("security" in origin.lower() for origin in origins):
        mend = _("Keep the origin labelled Debian-Security.")
        yield Wrong(_("no security updates are among them"), mend)


@rule("antivirus_mirror", "antivirus_custom_databases")
def sources_are_urls(value: str | list[str]) -> Iterator[Wrong]:
    """Each is an http or https address."""
    for index, url in enumerate([value] if isinstance(value, str) else value):
        if url and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
            wrong = _("{value} is not a web address").format(value=url)
            path = () if isinstance(value, str) else (index,)
            yield Wrong(wrong, _("Write https://… or http://…"), path)


@rule("antivirus_media", "antivirus_downloads", "antivirus_closing_scan")
def places_are_paths(value: str | list[str]) -> Iterator[Wrong]:
    """Each is an absolute path in one line."""
    for index, place in enumerate([value] if isinstance(value, str) else value):
        if not re.fullmatch(r"(/[^/\n%]+)+", place):
            wrong = _("{value} is not the path of a directory").format(value=place)
            path = () if isinstance(value, str) else (index,)
            yield Wrong(wrong, _("Write it from /, without a / at its end."), path)


@rule("health_line_target")
def target_is_a_host(target: str) -> Iterator[Wrong]:
    """Blank, or a host's name or address."""
    if target and not (_HOST.fullmatch(target) or re.fullmatch(r"[0-9a-fA-F:]+", target)):
        wrong = _("{value} is not a host").format(value=target)
        yield Wrong(wrong, _('Write a name or an address, without port, or "" for none.'))


# --- desktop, browser, shortcuts ----------------------------------------------

_URL = re.compile(r"(https?://[^\s\"'<>\\^`{|}]+|file:///[^\s\"'<>\\^`{|}]+)")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@rule("desktop_locale")
def locale_is_utf8(locale: str) -> Iterator[Wrong]:
    """As vi_VN.UTF-8."""
    if not re.fullmatch(r"[a-z]{2,3}_[A-Z]{2}\.UTF-8", locale):
        wrong = _("{value} is not a UTF-8 locale").format(value=locale)
        yield Wrong(wrong, _('Write it as "vi_VN.UTF-8".'))


@cache
def _time_zones() -> set[str]:
    """Read once: finding them opens six hundred files."""
    return available_timezones()


@rule("desktop_time_zone")
def time_zone_exists(zone: str) -> Iterator[Wrong]:
    """A name of the tz database, as far as this computer has one."""
    known = _time_zones()
    if known and zone not in known:
        wrong = _("{value} is not a time zone").format(value=zone)
        yield Wrong(wrong, _('Write it as "Asia/Ho_Chi_Minh".'))


@rule("desktop_font")
def font_has_a_size(font: str) -> Iterator[Wrong]:
    """A family and points."""
    if not re.fullmatch(r"[^\d\"<>&]+ \d{1,2}", font):
        wrong = _("{value} is not a font with its size").format(value=font)
        yield Wrong(wrong, _('Write it as "Noto Sans 11".'))


@rule("desktop_printers")
def printers_are_told_apart(printers: list[dict[str, Any]]) -> Iterator[Wrong]:
    """Names CUPS takes, each once; addresses of a known kind; one default at most."""
    names = [printer["name"] for printer in printers]
    for index, printer in enumerate(printers):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,126}", printer["name"]):
            wrong = _("{value} is not a name for a print queue").format(value=printer["name"])
            yield Wrong(wrong, _("Use letters without accents, digits, - and _."), (index, "name"))
        if printer["name"] in names[:index]:
            wrong = _("{value} is there twice").format(value=printer["name"])
            yield Wrong(wrong, _("Give each its own name."), (index, "name"))
        if not re.fullmatch(r"(ipps?|https?|socket|lpd|usb|dnssd)://[^\s\"']+", printer["uri"]):
            wrong = _("{value} is not a printer's address").format(value=printer["uri"])
            mend = _("Begin with ipp://, ipps://, socket://, lpd:// or usb://.")
            yield Wrong(wrong, mend, (index, "uri"))
    if sum(printer["default"] for printer in printers) > 1:
        yield Wrong(_("more than one is the default"), _("Keep default: true for one."))


@rule("browser_homepage", "browser_start_page")
def page_is_an_address(url: str) -> Iterator[Wrong]:
    """A whole address."""
    if not _URL.fullmatch(url):
        wrong = _("{value} is not an address").format(value=url)
        yield Wrong(wrong, _("Begin with https:// or file:///."))


@rule("browser_blocked_sites", "browser_allowed_files")
def patterns_match(patterns: list[str]) -> Iterator[Wrong]:
    """Match patterns as Firefox reads them; one it cannot read would be dropped silently."""
    form = r"(\*|https?)://(\*|(\*\.)?[^/*\s]+)/\S*|file:///\S*"
    for index, pattern in enumerate(patterns):
        if not re.fullmatch(form, pattern):
            wrong = _("{value} is not a match pattern").format(value=pattern)
            yield Wrong(wrong, _('Write "*://*.example.vn/*" or "file:///path/*".'), (index,))


@rule("browser_content_processes")
def some_process_shows_pages(number: int) -> Iterator[Wrong]:
    """1 to 8, Firefox's own number."""
    if not 1 <= number <= 8:  # noqa: PLR2004 - said in the sentence
        yield Wrong(_("{value} is not between 1 and 8").format(value=number), _("Write 2."))


@rule("browser_download_directory")
def downloads_stay_in_the_home(path: str) -> Iterator[Wrong]:
    """Below the reader's home, which is emptied."""
    if not re.fullmatch(r"\$\{home\}(/[^/\s][^/\"\\]*)+", path) or ".." in path.split("/"):
        wrong = _("{value} is not below the reader's home").format(value=path)
        yield Wrong(wrong, _('Write it as "${home}/Tải về".'))


@rule("shortcuts_search_address")
def search_is_an_address(url: str) -> Iterator[Wrong]:
    """Blank or https."""
    if url and not (_URL.fullmatch(url) and url.startswith("https://")):
        wrong = _("{value} is not an address").format(value=url)
        yield Wrong(wrong, _('Begin with https://, or write "" for no search box.'))


@rule("shortcuts_links", "shortcuts_site_links")
def links_are_addresses(links: list[dict[str, Any]]) -> Iterator[Wrong]:
    """Addresses that stand in a command, a page and Firefox's policy alike."""
    for index, link in enumerate(links):
        if not _URL.fullmatch(link["url"]):
            wrong = _("{value} is not an address").format(value=link["url"])
            yield Wrong(wrong, _("Begin with https://, http:// or file:///."), (index, "url"))


@rule("shortcuts_links", "shortcuts_site_links", "shortcuts_programs")
def shortcuts_have_names(shortcuts: list[dict[str, Any]]) -> Iterator[Wrong]:
    """An id that makes a file name, and words to show."""
    for index, shortcut in enumerate(shortcuts):
        if not _ID.fullmatch(shortcut["id"]):
            wrong = _("{value} is not an id").format(value=shortcut["id"])
            mend = _("Use small letters without accents, digits and single -.")
            yield Wrong(wrong, mend, (index, "id"))
        if not shortcut["name"].strip():
            yield Wrong(_("a shortcut without a name"), _("Say what it is."), (index, "name"))


@rule_for("shortcuts_site_links", "shortcuts_links", "shortcuts_programs")
def shortcuts_are_told_apart(variables: Variables) -> Iterator[Wrong]:
    """No id twice, wherever it is declared."""
    seen: set[str] = set()
    for name in ("shortcuts_programs", "shortcuts_links", "shortcuts_site_links"):
        for index, shortcut in enumerate(variables[name]):
            if shortcut["id"] in seen:
                wrong = _("{value} is there twice").format(value=shortcut["id"])
                yield Wrong(wrong, _("Give each its own id."), (index, "id"), name)
            seen.add(shortcut["id"])


# --- session ------------------------------------------------------------------


@rule("session_reader_uid")
def uid_is_a_persons(uid: int) -> Iterator[Wrong]:
    """In the range Debian gives to people, beside the installer's first user."""
    if uid not in range(1001, 60000):
        yield Wrong(_("{value} is no number for a reader").format(value=uid), _("Write 2000."))


@rule("session_idle_minutes")
def idle_time_leaves_time_to_read(minutes: int) -> Iterator[Wrong]:
    """0, or at least as long as it takes to read a page."""
    if minutes and minutes not in range(3, 241):
        wrong = _("{value} minutes are too short or too long").format(value=minutes)
        yield Wrong(wrong, _("Write 3 to 240, or 0 never to end a session."))


@rule_for("session_idle_minutes", "session_idle_warning_seconds")
def warning_is_within_the_idle_time(variables: Variables) -> Iterator[Wrong]:
    """The warning takes at most half of the idle time, and can be read."""
    warning, minutes = variables["session_idle_warning_seconds"], variables["session_idle_minutes"]
    if warning not in range(10, max(minutes, 1) * 60 // 2 + 1):
        wrong = _("{value} seconds are too short or too long").format(value=warning)
        mend = _("Let the warning stand for 10 seconds at least, and half the idle time at most.")
        yield Wrong(wrong, mend, (), "session_idle_warning_seconds")


_LEAST_ROOM = 50


@rule("session_processes", "session_memory_percent")
def limits_leave_room_for_a_session(limit: int) -> Iterator[Wrong]:
    """A desktop with a browser needs some hundred processes, and most of the memory."""
    if limit < _LEAST_ROOM:
        yield Wrong(_("{value} is too little for a session").format(value=limit), _("Write more."))


@rule("session_swept_directories", "restrictions_closed_programs")
def paths_are_plain(paths: list[str]) -> Iterator[Wrong]:
    """Each is absolute, below the top, and without spaces or patterns: a shell reads them."""
    for index, path in enumerate(paths):
        if not re.fullmatch(r"(/[\w.+-]+)+", path, re.ASCII) or "/.." in path:
            wrong = _("{value} is not a plain path").format(value=path)
            yield Wrong(wrong, _("Write it from /, without spaces and patterns."), (index,))


# Directories the system itself lives in: nothing a reader owns belongs there, and a sweep that
# meant them would be a mistake.
_NEVER_SWEPT = ("/", "/bin", "/boot", "/etc", "/home", "/lib", "/root", "/sbin", "/usr", "/var")


@rule("session_swept_directories")
def only_shared_places_are_swept(paths: list[str]) -> Iterator[Wrong]:
    """Not the system's own directories, nor anybody's home."""
    for index, path in enumerate(paths):
        if path in _NEVER_SWEPT or path.startswith(("/home/", "/usr/", "/etc/", "/boot/")):
            wrong = _("{value} is not a place to sweep").format(value=path)
            yield Wrong(wrong, _("Name the directory below it in which readers write."), (index,))


# --- restrictions -------------------------------------------------------------


@rule("restrictions_reachable")
def reachable_are_networks(addresses: list[str]) -> Iterator[Wrong]:
    """Each is an IPv4 or IPv6 address or network, and not all of them."""
    for index, address in enumerate(addresses):
        try:
            everything = ip_network(address).prefixlen == 0
        except ValueError:
            wrong = _("{value} is no address or network").format(value=address)
            mend = _('Write an address ("192.0.2.10") or a network ("2001:db8::/64"), no names.')
            yield Wrong(wrong, mend, (index,))
            continue
        if everything:
            wrong = _("{value} lets the reader everywhere").format(value=address)
            yield Wrong(wrong, _("Name the one address the reader needs."), (index,))


@rule("restrictions_router_ports")
def ports_are_ports(ports: list[int]) -> Iterator[Wrong]:
    """Each is 1 to 65535."""
    for index, port in enumerate(ports):
        if not 0 < port < 1 << 16:
            wrong = _("{value} is not a port").format(value=port)
            yield Wrong(wrong, _("Write 1 to 65535."), (index,))


@rule("restrictions_hidden_entries", "restrictions_hidden_autostart")
def entries_are_names(names: list[str]) -> Iterator[Wrong]:
    """Each is the name of a file, without its .desktop."""
    for index, name in enumerate(names):
        if not re.fullmatch(r"[\w.+-]+", name) or name.endswith(".desktop"):
            wrong = _("{value} is not the name of an entry").format(value=name)
            yield Wrong(wrong, _('Write it without directory and ".desktop".'), (index,))


@rule("restrictions_allowed_actions")
def actions_are_polkits(actions: list[str]) -> Iterator[Wrong]:
    """Each is an action's name; one that ends in "." stands for all below it."""
    for index, action in enumerate(actions):
        if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\.?", action):
            wrong = _("{value} is not an action of polkit").format(value=action)
            yield Wrong(wrong, _("`pkaction` lists them all."), (index,))


@rule("restrictions_boot_password_hash")
def boot_password_is_hashed(hashed: str) -> Iterator[Wrong]:
    """As grub-mkpasswd-pbkdf2 prints it; the value itself is not shown."""
    if not re.fullmatch(r"grub\.pbkdf2\.sha512\.\d+\.[0-9A-F]+\.[0-9A-F]+", hashed):
        yield Wrong(_("this is no hash of GRUB"), _("Run grub-mkpasswd-pbkdf2 and copy its line."))


@rule_for("shortcuts_typing_table", "desktop_typing")
def the_table_teaches_what_is_typed(variables: Variables) -> Iterator[Wrong]:
    """The start page and the input method agree."""
    table, typing = variables["shortcuts_typing_table"], variables["desktop_typing"]
    if table not in {"none", typing}:
        wrong = _("the start page teaches {value}, and the PC expects {typed}")
        mend = _("Declare the same as desktop_typing, or none.")
        yield Wrong(wrong.format(value=table, typed=typing), mend)
