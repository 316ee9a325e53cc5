"""The parts of a report about what is installed and set."""

from checks.report.types import Count, Moment, Part, Word


class UpdateState(Part):
    """What the aspect updates remembers of its runs."""

    since: Moment | None = None
    last_run: Moment | None = None
    last_success: Moment | None = None
    outcome: Word | None = None
    reason: Word = ""


class Packages(Part):
    """The package database.

    Attributes:
        broken: packages a cut left half installed.
        interrupted: whether dpkg was cut while it wrote its database.
        security: packages with a newer version in the security archive.
        lists_from: when the lists last came from the archive.
        periodic: whether apt works by its own daily timer.
        cache: the site's package cache, as host:port.
    """

    broken: Count | None = None
    interrupted: bool | None = None
    security: Count | None = None
    lists: Count | None = None
    lists_from: Moment | None = None
    held: list[Word] | None = None
    periodic: bool | None = None
    cache: Word | None = None
    updates: UpdateState | None = None


class Fetch(Part):
    """The last fetching of signatures."""

    when: Moment
    outcome: Word


class LastScan(Part):
    """One scan for viruses."""

    when: Moment
    what: Word
    outcome: Word
    reason: Word = ""
    found: Count
    quarantined: Count


class Antivirus(Part):
    """The scanner and its signatures.

    Attributes:
        signatures: database -> when it was made.
        last_scan, last_closing_scan, last_found: the last scan of all, the last of a closing, the
            last that found something.
        quarantine_mode: permissions and owner's number, as `700 0`.
        stick_places: where sticks are scanned when they appear.
    """

    installed: bool | None = None
    version: Word | None = None
    signatures: dict[Word, Moment]
    fetched: Fetch | None = None
    last_scan: LastScan | None = None
    last_closing_scan: LastScan | None = None
    last_found: LastScan | None = None
    quarantined: Count
    quarantine_mode: Word | None = None
    stick_places: list[Word] | None = None


class Policies(Part):
    """The policies in force that are judged; None where one is not set."""

    homepage: Word | None = None
    homepage_locked: bool | None = None
    addons: Word | None = None
    about_config_closed: bool | None = None
    developer_tools_closed: bool | None = None
    passwords_kept: bool | None = None
    cleared_at_end: bool | None = None
    downloads: Word | None = None
    search: Word | None = None
    links: Count | None = None


class Browser(Part):
    """Firefox and the policy it reads.

    Attributes:
        policy_as_declared: whether the file is what the aspects declared on the PC.
        policies: None when Firefox could not read the file either.
        browsers: menu entries that call themselves a web browser.
    """

    installed: bool | None = None
    version: Word | None = None
    policy_readable: bool
    policy_as_declared: bool | None = None
    policies: Policies | None = None
    other_policies: list[Word]
    profile_user_js: Count
    browsers: list[Word] | None = None


class Desktop(Part):
    """Language, typing, office suite, printers.

    Attributes:
        generated: the locales the PC has made, as the C library spells them.
        typing_method: telex or vni, as a new session begins with.
        printers: the names of the print queues.
        mail_server: whether a program takes mail from those of the PC.
    """

    language: Word | None = None
    generated: list[Word] | None = None
    typing: bool | None = None
    typing_method: Word | None = None
    office: bool | None = None
    printers: list[Word] | None = None
    printers_stopped: Count | None = None
    mail_server: bool | None = None


class Shortcuts(Part):
    """The start page, the icons on the desktop, the entries of the menu."""

    start_page: bool | None = None
    start_page_whole: bool | None = None
    icons: Count | None = None
    menu: Count | None = None
    pictures: list[Word] | None = None
    as_declared: bool | None = None
    trusted: bool | None = None


class Applied(Part):
    """The commit last applied by a whole run of the baseline; None where there was none."""

    stamped: bool | None = None
    commit: Word | None = None
    when: Moment | None = None


class Step(Part):
    """How fetching or applying went the last time.

    Attributes:
        outcome: of fetching `ok`, `offline`, `refused`, `failed`; of applying `ok`, `failed`,
            `cut`, `never`, `running`, `waiting` for what the desk has pushed since.
        reason: one of the words of roles/pull/files/pull/place.py; "" when it is ok.
        detail: what the program that failed said.
    """

    outcome: Word | None = None
    reason: Word | None = None
    detail: Word | None = None
    at: Moment | None = None


class Fetched(Step):
    """Fetching: the commit that was offered, when the repository was last reached."""

    offered: Word | None = None
    reached: Moment | None = None


class Played(Step):
    """Applying: the commit, how many tasks changed something, when it last went well."""

    commit: Word | None = None
    changed: Count | None = None
    succeeded: Moment | None = None


class Pull(Part):
    """Whether the PC pulls, whom it trusts, how it went; a PC that is pushed to says only that."""

    mode: Word | None = None
    repository: Word | None = None
    branch: Word | None = None
    signers: list[Word] | None = None
    since: Moment | None = None
    current: Word | None = None
    fetch: Fetched | None = None
    apply: Played | None = None
