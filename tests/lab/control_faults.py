"""How each control is broken on a real, converged workstation: one entry for every control."""

from dataclasses import dataclass

STATE = "/var/lib/benvung"
SSHD = "/etc/ssh/sshd_config.d/00-benvung.conf"
POLICY = "/etc/benvung/firefox/10-browser.json"
JOIN = "/usr/local/lib/benvung/firefox-policies"
SHARE = "/usr/local/share/benvung"
UPDATES = f"{STATE}/updates/state.json"
SCAN = f"{STATE}/antivirus/last-scan.json"
RESET = f"{STATE}/session/reset.json"


@dataclass(frozen=True)
class ControlFault:
    """One thing broken by hand.

    Attributes:
        control: the control that must fail then.
        do: shell command, run as root on the workstation, that breaks just that.
        mend: the aspect whose deploy mends it (`baseline` for the whole), or a shell command.
        cascade: other controls that may fail with it -> why, in a word.
        where: `any` workstation of the lab; `vm` alone, for a container has no such thing; `pull`,
            one whose site pulls.
        days_later: judge the report as if it were read so many days after it was made.
    """

    control: str
    do: str
    mend: str
    cascade: dict[str, str]
    where: str = "any"
    days_later: int = 0


def fault(  # noqa: PLR0913 - as many as an entry has
    control: str,
    do: str,
    mend: str = "",
    cascade: dict[str, str] | None = None,
    *,
    where: str = "any",
    days_later: int = 0,
) -> ControlFault:
    """An entry; without `mend` its own aspect's deploy mends it."""
    aspect = control.partition(".")[0]
    return ControlFault(control, do, mend or aspect, cascade or {}, where, days_later)


def record(file: str, **facts: object) -> str:
    """A command that changes facts in a record a program of ours left, or leaves a new one."""
    code = (
        "import json, pathlib, sys;"
        "p = pathlib.Path(sys.argv[1]); p.parent.mkdir(parents=True, exist_ok=True);"
        "d = json.loads(p.read_text()) if p.exists() else {};"
        f"d.update({facts!r}); p.write_text(json.dumps(d))"
    )
    return f'cp -a {file} {file}.before 2>/dev/null; python3 -c "{code}" {file}'


def back(file: str) -> str:
    """The command that takes such a change back."""
    return f"if test -e {file}.before; then mv {file}.before {file}; else rm -f {file}; fi"


def away(path: str) -> tuple[str, str]:
    """Commands that put a file aside, and back."""
    return f"mv {path} {path}.aside", f"mv {path}.aside {path}"


def policy(old: str, new: str) -> str:
    """A command that changes the declared policy on the PC and puts it in force."""
    return f"sed -i 's|{old}|{new}|' {POLICY} && {JOIN}"


LONG_AGO = "2026-01-05T10:00:00+00:00"
SCANNED = {"what": "closing", "outcome": "ok", "reason": "", "found": 0, "quarantined": 0}
OLD_UPDATES = record(UPDATES, since=LONG_AGO, last_success=LONG_AGO, outcome="ok", reason="")

ACCESS = [
    fault(
        "access.root-login",
        f"sed -i 's/^PermitRootLogin no/PermitRootLogin prohibit-password/' {SSHD}",
    ),
    fault(
        "access.keys-only",
        f"sed -i 's/^PasswordAuthentication no/PasswordAuthentication yes/' {SSHD}",
    ),
    fault(
        "access.only-maintenance",
        f"sed -i 's/^AllowUsers benvung/AllowUsers benvung bandoc/' {SSHD}",
    ),
    fault("access.no-tunnels", f"sed -i 's/^AllowTcpForwarding no/AllowTcpForwarding yes/' {SSHD}"),
    fault(
        "access.ssh-at-start",
        "systemctl disable ssh.socket 2>/dev/null; systemctl disable ssh.service",
        "systemctl enable ssh.service",
    ),
    fault(
        "access.packet-filter",
        "nft delete table inet benvung",
    ),
    fault("access.filter-at-start", "systemctl disable nftables.service"),
    fault(
        "access.management-addresses",
        r"sed -i 's/^    chain management {/&\n        ip saddr 203.0.113.9 accept/'"
        " /etc/nftables.conf && /usr/local/lib/benvung/firewall load",
    ),
    fault(
        "access.no-change-waiting",
        f"mkdir -p {STATE}/guard/armed",
        f"rmdir {STATE}/guard/armed",
    ),
    fault("access.guard-at-start", "systemctl disable benvung-guard.service"),
    fault(
        "access.keys",
        "echo 'ssh-ed25519 AAAAtorn' >> /home/benvung/.ssh/authorized_keys",
        "sed -i '/AAAAtorn/d' /home/benvung/.ssh/authorized_keys",
    ),
    fault("access.keys-private", "chmod 755 /home/benvung"),
    fault(
        "access.sudo",
        # Nothing comes by SSH and sudo then: take this report as the lab's own root.
        "mv /etc/sudoers.d/benvung /root/benvung.sudoers",
        "mv /root/benvung.sudoers /etc/sudoers.d/benvung",
    ),
    fault("access.console-password", "echo benvung:thuvien-2026 | chpasswd"),
    fault(
        "access.other-passwords",
        "useradd --no-create-home khach && echo khach:thuvien-2026 | chpasswd",
        "userdel khach",
    ),
]
UPDATES_FAULTS = [
    fault(
        "updates.security-pending",
        # A package of the security archive that nothing depends on looks older than it is.
        "cp -a /var/lib/dpkg/status /var/lib/dpkg/status.before"
        " && sed -i '/^Package: firefox-esr-l10n-vi$/,/^$/s/^Version: .*/Version: 1/'"
        f" /var/lib/dpkg/status; {OLD_UPDATES}",
        f"mv /var/lib/dpkg/status.before /var/lib/dpkg/status; {back(UPDATES)}",
        {"updates.last-success": "the same runs are missing"},
    ),
    fault(
        "updates.last-success",
        OLD_UPDATES,
        back(UPDATES),
        # Only where Debian has corrected something since the lab's roots were made.
        {"updates.security-pending": "where something waits"},
    ),
    fault(
        "updates.last-run", record(UPDATES, outcome="failed", reason="of the test"), back(UPDATES)
    ),
    fault(
        "updates.database-whole",
        "sed -i '/^Package: unattended-upgrades$/,/^$/"
        "s/^Status: install ok installed$/Status: install ok half-configured/'"
        " /var/lib/dpkg/status",
    ),
    fault(
        "updates.lists",
        "mkdir -p /root/lists && mv /var/lib/apt/lists/*Release /root/lists/",
        "mv /root/lists/* /var/lib/apt/lists/",
    ),
    fault("updates.nothing-held", "apt-mark hold galculator", "apt-mark unhold galculator"),
    fault(
        "updates.restarted",
        "touch -d '30 days ago' /run/reboot-required",
        "rm /run/reboot-required",
    ),
    fault("updates.at-closing", "systemctl disable benvung-updates.service"),
    fault("updates.catching-up", "systemctl disable --now benvung-updates-missed.timer"),
    fault("updates.healing", "systemctl disable benvung-heal.service"),
    fault("updates.not-by-day", "rm /etc/apt/apt.conf.d/95benvung"),
    fault("updates.cache", "echo khac.internal:3142 > /etc/benvung/apt-cache"),
]
_signatures = "find /var/lib/clamav -maxdepth 1 -regex '.*[.]\\(c[vl]d\\|[nhlm]db\\)'"
ANTIVIRUS = [
    fault("antivirus.installed", *away("/usr/bin/clamscan")),
    fault(
        "antivirus.signatures",
        f"mkdir -p /root/signatures && {_signatures} -exec mv -t /root/signatures {{}} +",
        "mv /root/signatures/* /var/lib/clamav/ 2>/dev/null; true",
    ),
    fault(
        "antivirus.fetched",
        record(
            "/var/lib/clamav/benvung-signatures.json",
            when="2026-11-01T10:00:00+00:00",
            outcome="failed",
        ),
        back("/var/lib/clamav/benvung-signatures.json"),
    ),
    fault("antivirus.fetching", "systemctl disable --now benvung-signatures.timer"),
    fault(
        "antivirus.scan-finished",
        record(SCAN, **{**SCANNED, "when": LONG_AGO, "outcome": "unknown", "reason": "killed"}),
        back(SCAN),
    ),
    fault(
        "antivirus.nothing-found",
        record(SCAN, **{**SCANNED, "when": LONG_AGO, "outcome": "found", "found": 1})
        + " && python3 -c \"import json; p='"
        + SCAN
        + "'; d = json.load(open(p)); d['quarantined'] = 1;"
        " from datetime import datetime, UTC;"
        " d['when'] = datetime.now(UTC).isoformat(); json.dump(d, open(p, 'w'))\"",
        back(SCAN),
    ),
    fault(
        "antivirus.taken-away",
        record(SCAN, **{**SCANNED, "when": LONG_AGO, "outcome": "found", "found": 1}),
        back(SCAN),
        {
            "antivirus.nothing-found": "something was found",
            "antivirus.scan-finished": "the staged scan is an old one",
        },
    ),
    fault(
        "antivirus.quarantine-empty",
        f"echo {{}} > {STATE}/quarantine/1.json",
        f"rm {STATE}/quarantine/1.json",
    ),
    fault("antivirus.quarantine-shut", f"chmod 777 {STATE}/quarantine"),
    fault("antivirus.downloads-watched", "systemctl disable --now benvung-scan-downloads.path"),
    fault(
        "antivirus.sticks-scanned",
        "rm /etc/systemd/system/media-bandoc-.mount.d/benvung-scan.conf && systemctl daemon-reload",
    ),
    fault("antivirus.scan-at-closing", "systemctl disable benvung-scan-closing.service"),
    fault(
        "antivirus.resident",
        # Much memory: it should start with the PC. Little: something runs by its name.
        "if systemctl cat clamav-daemon.service >/dev/null 2>&1;"
        " then systemctl disable clamav-daemon.service;"
        " else systemd-run --quiet --unit=clamav-daemon.service sleep infinity; fi",
        "if systemctl show -P FragmentPath clamav-daemon.service | grep -q /transient/;"
        " then systemctl stop clamav-daemon.service;"
        " else systemctl enable clamav-daemon.service; fi",
    ),
]
BROWSER = [
    fault("browser.installed", "chmod -x /usr/bin/firefox-esr", "chmod +x /usr/bin/firefox-esr"),
    fault(
        "browser.policy-readable",
        "truncate -s 100 /etc/firefox/policies/policies.json",
        cascade={"browser.policy-as-declared": "it is the same file"},
    ),
    fault(
        "browser.policy-as-declared",
        "echo >> /etc/firefox/policies/policies.json",
    ),
    fault("browser.home-page", policy("benvung/start/index.html", "benvung/start/khac.html")),
    fault(
        "browser.addons",
        policy('"installation_mode": "blocked"', '"installation_mode": "allowed"'),
    ),
    fault(
        "browser.settings-closed", policy('"BlockAboutConfig": true', '"BlockAboutConfig": false')
    ),
    fault(
        "browser.keeps-nothing",
        policy('"SanitizeOnShutdown": true', '"SanitizeOnShutdown": false'),
    ),
    fault(
        "browser.only-firefox",
        "sed 's/^Name=.*/Name=Khac/' /usr/share/applications/firefox-esr.desktop"
        " > /usr/share/applications/khac.desktop",
        "rm /usr/share/applications/khac.desktop",
    ),
    fault(
        "browser.no-other-policies",
        "mkdir -p /usr/lib/firefox-esr/distribution"
        " && echo '{}' > /usr/lib/firefox-esr/distribution/policies.json",
        "rm /usr/lib/firefox-esr/distribution/policies.json",
    ),
    fault(
        "browser.no-user-js",
        "runuser -u bandoc -- sh -c 'mkdir -p ~bandoc/.mozilla/firefox/x.test"
        " && touch ~bandoc/.mozilla/firefox/x.test/user.js'",
        "rm -r ~bandoc/.mozilla/firefox/x.test",
    ),
    fault(
        "browser.downloads",
        policy('"DownloadDirectory": "[^"]*"', '"DownloadDirectory": "${home}/Desktop"'),
    ),
    fault(
        "browser.search",
        policy('"Default": "[^"]*", "PreventInstalls"', '"Default": "Khac", "PreventInstalls"'),
    ),
    fault(
        "browser.links",
        "python3 -c \"import json; p = '/etc/benvung/firefox/20-shortcuts.json';"
        " d = json.load(open(p)); d['policies']['ManagedBookmarks'].pop();"
        f" json.dump(d, open(p, 'w'))\" && {JOIN}",
        "shortcuts",
    ),
]
_page = f"{SHARE}/start/index.html"
SHORTCUTS = [
    fault("shortcuts.start-page", f"truncate -s 2000 {_page}"),
    fault(
        "shortcuts.icons",
        f"rm {SHARE}/home/Desktop/web.desktop",
        cascade={"shortcuts.unchanged": "one is gone"},
    ),
    fault(
        "shortcuts.menu",
        f"rm {SHARE}/menu/entries/pdf.desktop",
        cascade={"shortcuts.unchanged": "one is gone"},
    ),
    fault(
        "shortcuts.unchanged",
        f"sed -i 's/^Exec=.*/Exec=xterm/' {SHARE}/home/Desktop/web.desktop",
    ),
    fault("shortcuts.pictures", f"rm {SHARE}/icons/book.svg"),
    fault("shortcuts.trusted", "rm /etc/xdg/autostart/benvung-shortcuts.desktop"),
]
RESTRICTIONS = [
    fault(
        "restrictions.no-root",
        "echo 'bandoc ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/khac"
        " && chmod 440 /etc/sudoers.d/khac",
        "rm /etc/sudoers.d/khac",
    ),
    fault("restrictions.no-writing", "chmod 777 /usr/local/bin", "chmod 755 /usr/local/bin"),
    fault("restrictions.no-secrets", "chmod 644 /etc/shadow", "chmod 640 /etc/shadow"),
    fault(
        "restrictions.no-jobs",
        # Something that answers by that name, ahead of the closed one.
        "install -m 755 /usr/bin/true /usr/local/sbin/crontab",
        "rm /usr/local/sbin/crontab",
    ),
    fault(
        "restrictions.programs-closed",
        "chmod 755 /usr/bin/chsh",
        cascade={"restrictions.programs-kept-closed": "it is one of them"},
    ),
    fault(
        "restrictions.programs-kept-closed",
        # Still closed now, but no longer known to dpkg.
        "dpkg-statoverride --quiet --remove /usr/bin/chsh",
    ),
    fault(
        "restrictions.menu-hidden",
        f"rm {SHARE}/restrictions/data/applications/xfce-settings-manager.desktop",
    ),
    fault("restrictions.network", "nft delete table inet benvung_reader"),
    fault(
        "restrictions.network-filled", "systemctl disable --now benvung-reader-network-fill.path"
    ),
    fault("restrictions.console", "rm /etc/systemd/logind.conf.d/50-benvung-restrictions.conf"),
    fault("restrictions.magic-keys", "rm /etc/sysctl.d/90-benvung-restrictions.conf"),
    fault("restrictions.restart-keys", "systemctl unmask ctrl-alt-del.target"),
    fault("restrictions.permissions", "rm /etc/polkit-1/rules.d/40-benvung-restrictions.rules"),
    fault("restrictions.sticks-run-nothing", "rm /etc/udisks2/mount_options.conf"),
    fault(
        "restrictions.boot-menu",
        "sed -i '/superusers/d' /boot/grub/grub.cfg",
        "update-grub",
        where="vm",
    ),
]
_idle = "/run/systemd/system/benvung-session-idle.service.d"
SESSION = [
    fault(
        "session.account",
        # In the file itself: usermod refuses while a session is open.
        r"sed -i 's/^bandoc:\([^:]*\):2000:/bandoc:\1:2777:/' /etc/passwd",
        r"sed -i 's/^bandoc:\([^:]*\):2777:/bandoc:\1:2000:/' /etc/passwd",
    ),
    fault("session.no-groups", "usermod --append --groups audio bandoc"),
    fault("session.no-password", "echo bandoc:thuvien | chpasswd"),
    fault("session.reset-whole", record(RESET, failed=["sweep"]), back(RESET)),
    fault("session.home-on-disk", record(RESET, emergency_home=True), back(RESET)),
    fault(
        "session.reset-since-start",
        "rm /run/benvung/session-reset.lock",
        "touch /run/benvung/session-reset.lock",
    ),
    fault(
        "session.resets-work",
        "logger -t benvung-session -p user.err 'of the test' && journalctl --sync",
        # The journal forgets nothing by itself.
        "journalctl --rotate; sleep 2; journalctl --vacuum-time=1s",
    ),
    fault(
        "session.nothing-left",
        "install -o bandoc -m 600 /dev/null /var/tmp/con-lai; sleep 1;"
        " cp -p /run/benvung/session-began /run/benvung/began.before;"
        " touch /run/benvung/session-began",
        "rm /var/tmp/con-lai; mv /run/benvung/began.before /run/benvung/session-began",
    ),
    fault("session.swept", "sed -i 's|/var/crash ||' /etc/benvung/session.conf"),
    fault("session.reset-at-start", "systemctl disable benvung-session-reset.service"),
    fault(
        "session.login-screen",
        "systemctl stop lightdm.service",
        "systemctl start lightdm.service",
    ),
    fault(
        "session.no-name",
        *away("/etc/lightdm/lightdm.conf.d/90-benvung-session.conf"),
    ),
    fault("session.login-watched", "systemctl disable --now benvung-session-watch.timer"),
    fault(
        "session.idle-limit",
        "sed -i -E 's/session-idle [0-9]+/session-idle 999999/'"
        " /etc/systemd/system/benvung-session-idle.service && systemctl daemon-reload",
    ),
    fault(
        "session.idle-watch",
        # Without the drop-in the end of the watch would end the session as well.
        f"mkdir -p {_idle} && printf '[Service]\\nRestart=no\\nExecStopPost=\\n' > {_idle}/x.conf"
        " && systemctl daemon-reload && systemctl stop benvung-session-idle.service",
        f"rm -r {_idle}; systemctl daemon-reload; systemctl start benvung-session-idle.service",
    ),
    fault(
        "session.idle-measured",
        # The watch writes its state every five seconds: it is held meanwhile.
        "systemctl kill --kill-whom=all --signal=STOP benvung-session-idle.service;"
        " sed -i 's/suspect=0/suspect=1/' /run/benvung-session-idle/state",
        "systemctl kill --kill-whom=all --signal=CONT benvung-session-idle.service; sleep 7",
    ),
]
DESKTOP = [
    fault("desktop.language", "update-locale --reset LANG=C.UTF-8"),
    fault("desktop.locale-made", "localedef --delete-from-archive vi_VN.utf8"),
    fault("desktop.time-zone", "ln -sfn /usr/share/zoneinfo/Etc/UTC /etc/localtime"),
    fault("desktop.typing", *away("/usr/bin/fcitx5")),
    fault(
        "desktop.typing-method",
        f"sed -i -E 's/^InputMethod=.*/InputMethod=Khac/'"
        f" {SHARE}/home/.config/fcitx5/conf/unikey.conf",
    ),
    fault("desktop.office", *away("/usr/bin/libreoffice")),
    fault("desktop.print-service", "systemctl disable --now cups.socket cups.path cups.service"),
    fault(
        "desktop.printers",
        "lpadmin -p cua-rieng -E -v socket://localhost:9 -m raw; lpstat -e | grep -q cua-rieng",
    ),
    fault(
        "desktop.printers-run",
        "lpadmin -p cua-rieng -E -v socket://localhost:9 -m raw; cupsdisable cua-rieng",
        "desktop",
        {"desktop.printers": "a queue of the lab has to be made first"},
    ),
]
_hours = "/etc/benvung/power.json"
_rules = "/etc/polkit-1/rules.d/10-benvung-power.rules"
POWER = [
    fault(
        "power.hours-known",
        f"truncate -s 20 {_hours}",
    ),
    fault("power.hours-declared", record(_hours, closed_days=["2027-02-05"])),
    fault(
        "power.clock-believed",
        record(_hours, clock_not_before="2099-01-01"),
    ),
    fault(
        "power.clock-synchronized",
        "systemctl stop systemd-timesyncd; rm -f /run/systemd/timesync/synchronized",
        "systemctl start systemd-timesyncd",
        where="vm",
    ),
    fault("power.closing", "systemctl disable --now benvung-close.timer"),
    fault(
        "power.wake",
        record(f"{STATE}/power/wake.json", outcome="cannot", reason="of the test"),
        back(f"{STATE}/power/wake.json"),
        where="vm",
    ),
    fault("power.wake-at-start", "systemctl disable benvung-started.service"),
    fault(
        "power.boot-menu",
        "sed -i 's/set timeout=[0-9]*/set timeout=99/' /boot/grub/grub.cfg",
        "update-grub",
        where="vm",
    ),
    fault(
        "power.boot-mends",
        "sed -i 's/fsck.repair=yes//' /boot/grub/grub.cfg",
        "update-grub",
        where="vm",
    ),
    fault("power.emergency-retried", "systemctl disable benvung-emergency.service"),
    fault(
        "power.no-emergency",
        f"echo 2 > {STATE}/power/emergencies",
        f"rm {STATE}/power/emergencies",
    ),
    fault("power.switching-off", f"sed -i '/power-off/,$s/Result.NO;/Result.YES;/' {_rules}"),
    fault("power.awake", "rm /etc/systemd/sleep.conf.d/benvung.conf"),
    fault("power.wake-on-lan", "rm /etc/systemd/network/50-benvung-wake-on-lan.link"),
]
# A small file system in memory stands for a disk in trouble; nothing of ours lies in /boot there.
HEALTH = [
    fault("health.sessions-counted", "systemctl disable --now benvung-sessions.timer"),
    fault("health.line-measured", "systemctl disable --now benvung-line.timer"),
    fault("health.reports-made", "systemctl disable --now benvung-probe.timer"),
    fault("health.reports-at-closing", "systemctl disable benvung-probe.service"),
    fault(
        "health.line-declared",
        record("/etc/benvung/health.json", line_target="khac.example.vn"),
    ),
    fault("health.disks-watched", "systemctl disable smartmontools.service"),
    fault(
        "health.room",
        "mount -t tmpfs -o size=1m tmpfs /boot; dd if=/dev/zero of=/boot/x bs=1k count=1020",
        "umount /boot",
    ),
    fault(
        "health.files-left",
        "mount -t tmpfs -o size=9m,nr_inodes=40 tmpfs /boot;"
        " for i in $(seq 60); do touch /boot/$i 2>/dev/null || break; done; true",
        "umount /boot",
    ),
    fault("health.writable", "mount -t tmpfs -o ro,size=9m tmpfs /boot", "umount /boot"),
    fault(
        "health.no-failed-unit",
        "systemd-run --quiet --unit=thu-hong.service false; sleep 1",
        "systemctl reset-failed thu-hong.service",
    ),
    fault(
        "health.applied",
        f"rm {STATE}/applied.json",
        "baseline",
    ),
    fault(
        "health.current",
        f'echo \'{{"schema": 1, "commit": "000000000000"}}\' > {STATE}/applied.json',
        "baseline",
    ),
    fault("health.reported", "true", "true", days_later=8),
]
_pull = f"{STATE}/pull/state.json"
# On a PC whose site is pushed to; the others are of one that pulls.
PULL = [
    fault("pull.mode", "echo '{}' > /etc/benvung/pull.json"),
    fault("pull.source", record("/etc/benvung/pull.json", branch="khac"), where="pull"),
    fault(
        "pull.signers",
        "echo 'benvung namespaces=\"git\" ssh-ed25519 AAAA' >> /etc/benvung/pull/signers",
        where="pull",
    ),
    fault(
        "pull.nothing-refused",
        record(_pull, fetch={"outcome": "refused", "reason": "unsigned", "offered": "0" * 40}),
        back(_pull),
        {"pull.reached": "the same record"},
        where="pull",
    ),
    fault(
        "pull.reached",
        record(_pull, fetch={"outcome": "offline", "reached": "2026-01-05T00:00:00+00:00"}),
        back(_pull),
        where="pull",
    ),
    fault(
        "pull.applied",
        record(_pull, apply={"outcome": "failed", "reason": "task", "detail": "a test"}),
        back(_pull),
        where="pull",
    ),
]
FAULTS = [
    *(*ACCESS, *UPDATES_FAULTS, *ANTIVIRUS, *BROWSER, *SHORTCUTS, *RESTRICTIONS),
    *(*SESSION, *DESKTOP, *POWER, *HEALTH, *PULL),
]
