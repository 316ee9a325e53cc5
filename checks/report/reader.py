"""The parts of a report about the reader, the doors, the services and the hours."""

from checks.report.types import Count, Moment, Part, Word


class Restrictions(Part):
    """What the reader met who tried it.

    Attributes:
        tried, open: names of holes, and those that are open.
        programs_listed: how many programs the PC's list closes; None without a list.
        programs_open: those of them that the reader can start all the same.
        sysrq: the kernel's own value; in a container it is the machine's around it.
    """

    tried: list[Word]
    open: list[Word]
    programs_listed: Count | None = None
    programs_open: list[Word] | None = None
    closed_programs: bool | None = None
    hidden_entries: bool | None = None
    packet_filter: bool | None = None
    console_closed: bool | None = None
    sysrq_declared_off: bool | None = None
    sysrq: int | None = None
    polkit_rules: bool | None = None
    sticks_run_nothing: bool | None = None
    boot_menu_locked: bool | None = None


class Account(Part):
    """The reader's account."""

    uid: Count
    home: Word
    shell: Word
    groups: list[Word]
    password_opens: bool


class Reset(Part):
    """The last reset of the reader's home: the parts that failed."""

    at: Moment
    stage: Word
    failed: list[Word]
    emergency_home: bool


class Idle(Part):
    """The idle watch: whether its measure is suspect, and its limits in seconds."""

    suspect: bool | None = None
    seconds: Count | None = None
    warning_seconds: Count | None = None


class Session(Part):
    """The reader's session and what the last one left."""

    account_exists: bool | None = None
    account: Account | None = None
    open: Count | None = None
    reset: Reset | None = None
    reset_since_start: bool | None = None
    swept: list[Word] | None = None
    left_behind: Count | None = None
    failed_resets: Count | None = None
    autologin: bool | None = None
    idle: Idle | None = None


class Unit(Part):
    """A systemd unit."""

    LoadState: Word = ""
    ActiveState: Word = ""
    SubState: Word = ""
    UnitFileState: Word = ""
    Result: Word = ""


class Services(Part):
    """Units of ours and those the reading room stands on."""

    units: dict[Word, Unit]
    failed: list[Word]


class Access(Part):
    """The doors.

    Attributes:
        sshd: user -> what sshd would decide for that user; None when its settings are broken.
        packet_filter: whether the rules in force are those of the files.
        admitted: addresses SSH is let in from; `any` for all.
        keys, keys_broken: lines of authorized_keys that are keys, and that are none.
        key_prints: the fingerprints of those keys, as ssh-keygen -l prints them.
        key_modes: permissions of the maintenance account's home, .ssh and authorized_keys.
        other_passwords: accounts beside the maintenance account that a password opens.
    """

    sshd: dict[Word, dict[Word, Word] | None]
    packet_filter: bool | None = None
    admitted: list[Word] | None = None
    change_waiting: bool | None = None
    keys: Count | None = None
    key_prints: list[Word] | None = None
    keys_broken: Count | None = None
    key_modes: list[Word] | None = None
    sudo: bool | None = None
    console_password: bool | None = None
    other_passwords: Count | None = None


class Wake(Part):
    """The alarm of the battery clock."""

    outcome: Word
    reason: Word = ""


class Hours(Part):
    """The PC's own answer about opening hours: `doubt` says why its clock cannot be believed."""

    state: Word
    doubt: Word = ""


class Power(Part):
    """Opening hours as the PC has them, and the alarm that wakes it.

    Attributes:
        hours: None when the PC cannot say.
        closing_next: when the closing's timer fires next, in systemd's words; "" for never.
        boot_menu_seconds: None without a boot menu of its own.
    """

    hours: Hours | None = None
    opening_hours: dict[Word, list[list[Word]]] | None = None
    closed_days: list[Word] | None = None
    wake: Wake | None = None
    boot_menu_seconds: int | None = None
    boot_mends_disk: bool | None = None
    closing_next: Word | None = None
    reader_may_power_off: bool | None = None
    sleep_off: bool | None = None
    wake_on_lan: bool | None = None
