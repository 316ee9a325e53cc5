"""What a curious reader tries, from the reader's chair."""

import os
import re
import shlex
from ipaddress import ip_address
from pathlib import Path

import pytest
from paramiko import SSHConfig
from testinfra.host import Host

from inventory.loader import load
from inventory.records import Workstation
from tests.acceptance.reader import Reader

ROOT = Path(__file__).parent.parent.parent

BECOME_ROOT = (
    "sudo -n id",
    "echo | sudo -S id",
    "echo | su -c id",
    "echo | su -c id benvung",
    "pkexec id",
    "newgrp sudo </dev/null",
    "systemd-run --wait id",
    (
        "busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1"
        " org.freedesktop.systemd1.Manager StartUnit ss debug-shell.service replace"
    ),
)
INSTALL = (
    "apt-get install -y hello",
    "apt-get update",
    "dpkg --purge --force-all mousepad",
    "dpkg-divert --add /bin/ls",
    "pkcon -y install hello",
    "flatpak install -y --system hello",
    "cp /bin/true /usr/local/bin/benvung-test",
)
CHANGE_THE_PC = (
    "timedatectl set-timezone UTC",
    "timedatectl set-ntp false",
    "timedatectl set-time 2020-01-01",
    "hostnamectl set-hostname mine",
    "localectl set-locale LANG=C",
    "nmcli general hostname mine",
    "nmcli networking off",
    "nmcli connection add type dummy ifname benvung0 con-name benvung-test",
    "loginctl enable-linger",
    "loginctl terminate-user benvung",
    "systemctl stop cups",
    "systemctl mask lightdm",
    "lpadmin -p benvung-test -v file:///dev/null -E </dev/null",
    "udisksctl loop-setup --no-user-interaction -f /usr/bin/true",
    "mount -t tmpfs none /mnt",
    "umount /tmp",
    "passwd -d",
    "chsh -s /bin/sh",
    "chvt 1",
    (
        "busctl call org.freedesktop.Accounts /org/freedesktop/Accounts/User$(id -u)"
        " org.freedesktop.Accounts.User SetAutomaticLogin b false"
    ),
    "echo b > /proc/sysrq-trigger",
    "touch /usr/local/share/benvung/home/benvung-test",
    "touch /etc/xdg/autostart/benvung-test.desktop",
)
LEAVE_THE_SESSION = (
    "dm-tool lock",
    "dm-tool switch-to-greeter",
    (
        "busctl call org.freedesktop.DisplayManager /org/freedesktop/DisplayManager/Seat0"
        " org.freedesktop.DisplayManager.Seat Lock"
    ),
    (
        "busctl call org.freedesktop.DisplayManager /org/freedesktop/DisplayManager/Seat0"
        " org.freedesktop.DisplayManager.Seat SwitchToGreeter"
    ),
    "xflock4",
    "Xorg :1",
)
PLAN_A_JOB = (
    "echo '* * * * * true' | crontab -",
    "crontab -l",
    "echo true | at now + 1 hour",
    "echo true | batch",
    "touch /var/spool/cron/crontabs/bandoc",
)
GET_A_COMMAND_LINE = (
    "xterm -e true",
    "uxterm -e true",
    "xfce4-terminal --version",
    (
        "for terminal in $(update-alternatives --list x-terminal-emulator); do"
        ' test -x "$terminal" && "$terminal" -e touch "$XDG_RUNTIME_DIR/benvung-test"; done;'
        ' test -e "$XDG_RUNTIME_DIR/benvung-test"'
    ),
    "xfce4-appfinder --version",
)
OPEN_THE_SETTINGS = (
    "xfce4-settings-manager --version",
    "xfce4-display-settings --version",
    "nm-connection-editor --help",
    "system-config-printer --help",
    "synaptic --help",
)
ATTEMPTS = {
    "become root": BECOME_ROOT,
    "install": INSTALL,
    "change the PC": CHANGE_THE_PC,
    "leave the session": LEAVE_THE_SESSION,
    "plan a job": PLAN_A_JOB,
    "get a command line": GET_A_COMMAND_LINE,
    "open the settings": OPEN_THE_SETTINGS,
}
SECRETS = (
    "/etc/shadow",
    "/etc/gshadow",
    "/etc/sudoers",
    "/etc/grub.d/05_benvung",
    "/var/lib/NetworkManager",
    "/var/log/auth.log",
    "/var/spool/cups",
    "/root",
    "/home/benvung",
)
# Below these nothing at all is for readers.
PRIVATE = (
    "/home /root /etc/sudoers.d /etc/NetworkManager/system-connections /var/lib/lightdm"
    " /var/lib/sudo"
)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_reader_cannot(attempt: str, reader: Reader) -> None:
    assert worked(reader, ATTEMPTS[attempt]) == []


def worked(reader: Reader, commands: tuple[str, ...]) -> list[str]:
    """Those of the commands that succeed for the reader; each gets 15 s."""
    script = "\n".join(
        f"timeout 15 sh -c {shlex.quote(command)} >/dev/null 2>&1 && echo {shlex.quote(command)}"
        for command in commands
    )
    said = reader.run(f"{script}\ntrue", timeout=15 * len(commands) + 10)
    assert said.succeeded, said
    return said.stdout.splitlines()


def test_the_same_attempts_work_where_they_are_allowed(root: Host, reader: Reader) -> None:
    """Otherwise the tests above could pass because nothing works at all."""
    assert root.run("crontab -l; test $? -le 1").succeeded
    assert root.run("timedatectl set-ntp $(timedatectl show -p NTP --value)").succeeded
    assert worked(reader, ("true", "mousepad --version", "xfconf-query -l")) != []


def test_nobody_elses_files_open(reader: Reader) -> None:
    opened = worked(reader, tuple(f"ls {path}/ || head -c1 {path}" for path in SECRETS))
    assert opened == []
    found = reader.run(
        f"find {PRIVATE} -path /home/bandoc -prune -o -type f -readable -print 2>/dev/null"
    )
    assert found.stdout.split() == []
    keys = reader.run("find /etc/ssh -name '*_key' ! -readable").stdout.split()
    assert keys == reader.run("ls /etc/ssh/*_key").stdout.split() != []


def test_polkit_refuses_all_but_what_is_declared(reader: Reader, declared: Workstation) -> None:
    """Asked of polkit itself, for every action there is; a question for a password counts as 2."""
    assert "Active=yes" in reader.run("loginctl show-session $XDG_SESSION_ID -p Active").stdout
    asked = reader.run(
        "for action in $(pkaction); do pkcheck --action-id $action --process $$ >/dev/null 2>&1;"
        " echo $action $?; done",
        timeout=300,
    )
    answers = dict(line.split() for line in asked.stdout.splitlines())
    assert len(answers) > 50
    allowed = set(declared.variables["restrictions_allowed_actions"]) & set(answers)
    # Whether a reader may switch the PC off is for the aspect power to say.
    power = re.compile(r"org\.freedesktop\.login1\.(power-off|reboot|halt)")
    judged = {action: answer for action, answer in answers.items() if not power.match(action)}
    assert allowed
    assert {action for action, answer in judged.items() if answer == "0"} == allowed
    assert {action for action, answer in judged.items() if answer == "2"} == set()


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("xfce4-desktop", "/desktop-menu/show"),
        ("xfce4-keyboard-shortcuts", "/commands/custom/Print"),
        ("xfce4-keyboard-shortcuts", "/xfwm4/custom/<Alt>Tab"),
        ("xfce4-session", "/general/FailsafeSessionName"),
        ("xsettings", "/Net/ThemeName"),
    ],
)
def test_a_setting_stays_as_it_is(channel: str, name: str, reader: Reader) -> None:
    ask = f"xfconf-query -c {channel} -p {shlex.quote(name)}"
    before = reader.run(ask)
    assert before.succeeded, before.stderr
    reader.run(f"{ask} -s changed; {ask} -s true; {ask} -r")
    assert reader.run(ask).stdout == before.stdout


@pytest.mark.parametrize(
    ("channel", "name"),
    [("xfce4-panel", "/panels"), ("xfce4-panel", "/panels/panel-1"), ("xfwm4", "/general")],
)
def test_a_dialog_finds_its_setting_locked(channel: str, name: str, reader: Reader) -> None:
    """The panel takes its own dialogs and menus away when it is told so."""
    said = reader.run(
        "busctl --user call org.xfce.Xfconf /org/xfce/Xfconf org.xfce.Xfconf"
        f" IsPropertyLocked ss {channel} {name}"
    )
    assert said.stdout.strip() == "b true", said


def test_only_the_declared_settings_are_locked(reader: Reader) -> None:
    """Otherwise the test above could pass because no setting can be changed at all."""
    name = "-c benvung-test -p /benvung-test"
    assert reader.run(f"xfconf-query {name} -n -t string -s x && xfconf-query {name} -r").succeeded


def test_menus_offer_no_settings_and_no_command_line(reader: Reader, declared: Workstation) -> None:
    shown = reader.run(f"python3 -c {shlex.quote(MENU)}")
    assert shown.succeeded, shown.stderr
    entries = set(shown.stdout.split())
    assert entries, "no menu entry at all"
    hidden = {f"{name}.desktop" for name in declared.variables["restrictions_hidden_entries"]}
    assert entries & hidden == set()


# What a menu built from the session's own XDG directories would show.
MENU = """
from gi.repository import Gio
for entry in Gio.AppInfo.get_all():
    if entry.should_show():
        print(entry.get_id())
"""


def test_nothing_that_asks_for_passwords_runs(reader: Reader) -> None:
    running = reader.run("ps -u $(id -u) -o comm=").stdout.split()
    assert "xfce4-session" in running
    for program in ("nm-applet", "light-locker", "polkit-mate-aut", "xfce-polkit", "applet.py"):
        assert program not in running


# --- the reading room's network ------------------------------------------------------


def connects(run: Reader | Host, address: str, port: int) -> str:
    """How a TCP connection ends: `ok`, or the error's name."""
    return run.run(f"python3 -c {shlex.quote(CONNECT)} {address} {port}").stdout.strip()


CONNECT = """
import errno, socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5).close()
    print("ok")
except OSError as error:
    print(errno.errorcode.get(error.errno, "timeout"))
"""


def refusals(root: Host) -> int:
    """Packets of the reader that were refused so far."""
    rules = root.check_output("nft list chain inet benvung_reader reader")
    return sum(map(int, re.findall(r"counter packets (\d+) ", rules)))


def neighbours(declared: Workstation) -> list[str]:
    """Addresses of the other workstations, as ssh_config has them."""
    config = SSHConfig.from_path(
        str(ROOT / (os.environ.get("BENVUNG_SSH_CONFIG") or "inventory/ssh_config"))
    )
    others = [name for name in load().hosts if name != declared.name]
    return [config.lookup(name)["hostname"] for name in others]


def test_the_neighbours_are_out_of_reach(root: Host, reader: Reader, declared: Workstation) -> None:
    """A PC that root reaches from here is one the reader does not reach."""
    for address in neighbours(declared):
        if connects(root, address, 22) == "ok":
            before = refusals(root)
            assert connects(reader, address, 22) != "ok"
            assert refusals(root) > before
            return
    pytest.skip("no other workstation answers root from here: nothing to compare with")


@pytest.mark.parametrize(
    "address", ["10.77.0.9", "172.20.0.9", "192.168.77.9", "169.254.7.9", "100.64.7.9", "fd00::9"]
)
def test_no_inside_address_is_reachable(address: str, root: Host, reader: Reader) -> None:
    before = refusals(root)
    error = connects(reader, address, 80)
    if error == "ENETUNREACH" and ip_address(address).version == 6:
        pytest.skip("this workstation has no IPv6 to refuse")
    assert error != "ok"
    assert refusals(root) > before


def test_the_router_gives_names_and_nothing_else(root: Host, reader: Reader) -> None:
    router = root.check_output(
        "ip route show default | grep -o 'via [^ ]*' | cut -d' ' -f2 | head -1"
    )
    before = refusals(root)
    assert connects(reader, router, 22) != "ok"
    assert refusals(root) > before
    before = refusals(root)
    connects(reader, router, 53)
    assert refusals(root) == before


def test_the_internet_stays_open(root: Host, reader: Reader) -> None:
    """To an address of the documentation range: nobody answers, but nothing here refuses."""
    before = refusals(root)
    connects(reader, "198.51.100.9", 80)
    assert refusals(root) == before


def test_names_are_still_resolved(root: Host, reader: Reader) -> None:
    ask = f"python3 -c {shlex.quote(ASK)}"
    if root.run(ask).stdout.strip() != "answered":
        pytest.skip("the name server answers nobody here: nothing to compare with")
    assert reader.run(ask).stdout.strip() == "answered"


# One question, for the root's name servers, put directly to the name server of resolv.conf.
ASK = """
import re, socket
server = re.search(r"^nameserver (\\S+)", open("/etc/resolv.conf").read(), re.M)[1]
family = socket.AF_INET6 if ":" in server else socket.AF_INET
asker = socket.socket(family, socket.SOCK_DGRAM)
asker.settimeout(5)
asker.sendto(bytes([7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1]), (server, 53))
print("answered" if asker.recv(512)[:2] == bytes([7, 7]) else "garbled")
"""


# --- console and boot ----------------------------------------------------------------


def test_the_keyboard_does_not_leave_the_desktop(root: Host) -> None:
    log = root.check_output("cat /var/log/Xorg.0.log")
    assert re.search(r'Option "DontVTSwitch" "true"', log)
    assert re.search(r'Option "DontZap" "true"', log)
    manager = "org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager"
    assert root.check_output(f"busctl get-property {manager} NAutoVTs") == "u 0"
    assert root.run("systemctl is-enabled ctrl-alt-del.target").stdout.strip() == "masked"


def test_the_magic_keys_are_off(root: Host) -> None:
    if root.run("systemd-detect-virt --container --quiet").succeeded:
        pytest.skip("a container shows the kernel of the machine it runs on")
    assert root.check_output("cat /proc/sys/kernel/sysrq") == "0"


def test_the_boot_menu_cannot_be_edited_and_never_waits(root: Host) -> None:
    said = root.check_output("sh /etc/grub.d/05_benvung")
    assert 'set superusers="benvung"' in said
    assert "--unrestricted" in said
    if not root.file("/boot/grub/grub.cfg").exists:
        pytest.skip("no GRUB on this workstation")
    menu = root.check_output("cat /boot/grub/grub.cfg")
    assert menu.index('set superusers="benvung"') < menu.index("menuentry '")
