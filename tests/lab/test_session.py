"""Nothing of a reader survives: logout, a killed session, a killed LightDM, the power cut.

Before each end a reader leaves traces wherever a reader can; afterwards the next one is logged in
by itself and finds none of them.
"""

import json
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.acceptance.reader import Answer, Reader, until
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

MARK = "dau-vet-cua-nguoi-truoc"
# Everything a reader can think of, in one go; what is refused leaves no trace either.
LEAVE = f"""
for place in "$HOME" "$HOME/Desktop" "$HOME/.config/autostart" "$HOME/.mozilla/firefox/x" \\
    /tmp /var/tmp /dev/shm /dev/mqueue /run/lock "$XDG_RUNTIME_DIR" "$XDG_GREETER_DATA_DIR"
do
    mkdir -p "$place" 2>/dev/null
    echo {MARK} > "$place/{MARK}"
done
mkdir -p "/tmp/.{MARK}/a b" && ln -s /etc/passwd "/tmp/.{MARK}/a b/link"
chmod 000 "/tmp/.{MARK}/a b"
ln -s /etc/passwd "$HOME/{MARK}-link"
setsid -f bash -c 'exec -a {MARK} sleep 3600' >/dev/null 2>&1 </dev/null
setsid -f sh -c 'trap "" TERM HUP; while :; do sleep 1; done # {MARK}' >/dev/null 2>&1 </dev/null
systemd-run --user --unit={MARK} sleep 3600
systemd-run --user --on-calendar=minutely touch /tmp/{MARK}
loginctl enable-linger
echo "* * * * * touch /tmp/{MARK}" | crontab -
echo "touch /tmp/{MARK}" | at now + 1 minute
ipcmk -M 4096; ipcmk -Q
echo {MARK} | lp -d {MARK} -o job-hold-until=indefinite
xfconf-query -c thunar -p /{MARK} -n -t string -s {MARK}
true
"""


TRACES = f"""
find / /tmp /dev/shm /dev/mqueue /run -xdev -name '*{MARK}*' ! -path '*/cups/*'
pgrep -u bandoc -af {MARK}
grep -rl {MARK} /home/bandoc
find /var/spool/cups -name '[cd]0*'
lpstat -o {MARK}
ls /var/spool/cron/crontabs /var/spool/cron/atjobs /var/lib/systemd/linger | grep bandoc
awk '$4 == 4096' /proc/sysvipc/shm; sed 1d /proc/sysvipc/msg
true
"""


@pytest.fixture(scope="module")
def pc(converged: Callable[..., list[Workstation]]) -> Workstation:
    """A converged workstation with a print queue whose printer never prints."""
    (workstation,) = converged("thapmuoi-04")
    workstation.run("sed -i 's/^#*FileDevice .*/FileDevice Yes/' /etc/cups/cups-files.conf")
    workstation.run("systemctl restart cups")
    workstation.run(f"lpadmin -p {MARK} -v file:///dev/null -E && cupsdisable {MARK}")
    return workstation


@pytest.fixture
def reader(pc: Workstation) -> Reader:
    """The reader of that workstation, logged in."""
    chair = Reader(lambda command: as_root(pc, command))
    chair.wait()
    return chair


def as_root(pc: Workstation, command: str) -> Answer:
    done = pc.run(["sh", "-c", command], check=False)
    return Answer(done.returncode, done.stdout, done.stderr)


def logout(pc: Workstation) -> None:
    """As the button on the panel does."""
    pc.run("/usr/local/lib/benvung/session-end")


def kill_session(pc: Workstation) -> None:
    pc.run("pkill -KILL -u bandoc -x xfce4-session")


def kill_x(pc: Workstation) -> None:
    pc.run("pkill -KILL -x Xorg")


def kill_lightdm(pc: Workstation) -> None:
    pc.run("pkill -KILL -o -x lightdm")


def power_cut(pc: Workstation) -> None:
    pc.kill()
    pc.boot()


ENDS = (logout, kill_session, kill_x, kill_lightdm, power_cut)


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_nothing_of_the_last_reader_is_left(
    end: Callable[[Workstation], None], pc: Workstation, reader: Reader
) -> None:
    assert reader.run(LEAVE).rc == 0
    # Each kind of trace must have been there, or its absence later proves nothing.
    left = "\n".join(traces(pc))
    places = (f"/tmp/{MARK}", "/dev/shm/", "/home/bandoc/", "/spool/cups/", "4096")
    for trace in (*places, f"{MARK} 3600", "while :; do sleep 1"):
        assert trace in left, left
    leader = reader.leader()
    end(pc)
    reader.wait(other_than=leader, seconds=180)
    assert traces(pc) == []
    assert reset(pc)["failed"] == []


def traces(pc: Workstation) -> list[str]:
    """Files, processes, jobs and memory that bear the mark or belong to no session of now."""
    return as_root(pc, TRACES).stdout.splitlines()


def reset(pc: Workstation) -> dict[str, object]:
    """What the last reset says of itself."""
    return dict(json.loads(pc.run("cat /var/lib/benvung/session/reset.json").stdout))


def test_the_next_reader_gets_in_many_times_in_a_row(pc: Workstation, reader: Reader) -> None:
    for _ in range(4):
        leader = reader.leader()
        logout(pc)
        reader.wait(other_than=leader)


def test_keys_pressed_at_the_login_screen_keep_nobody_out(pc: Workstation, reader: Reader) -> None:
    """The second of the greeter is long enough to type a wrong name into it."""
    leader = reader.leader()
    press = subprocess.Popen(pc.command(["python3", "-c", PRESS]), stdout=subprocess.DEVNULL)
    try:
        logout(pc)
        reader.wait(other_than=leader, seconds=120)
    finally:
        press.terminate()
        press.wait()


# A name nobody has and Enter, over and over, on whatever screen there is.
PRESS = """
import ctypes, os, time
os.environ["XAUTHORITY"] = "/var/run/lightdm/root/:0"
x, test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
x.XOpenDisplay.restype = ctypes.c_void_p
x.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
test.XTestFakeKeyEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
until = time.monotonic() + 8
while time.monotonic() < until:
    if os.fork() == 0:
        display = x.XOpenDisplay(b":0")
        for key in (0x61, 0x62, 0xFF0D) if display else ():
            code = x.XKeysymToKeycode(display, key)
            test.XTestFakeKeyEvent(display, code, 1, 0)
            test.XTestFakeKeyEvent(display, code, 0, 0)
            x.XFlush(ctypes.c_void_p(display))
        time.sleep(0.05)
        os._exit(0)
    os.wait()
"""


@pytest.mark.full
def test_a_greeter_that_lets_nobody_in_is_restarted(pc: Workstation, reader: Reader) -> None:
    """A login that went wrong once would otherwise stand there until somebody pulls the plug."""
    leader = reader.leader()
    wrong = "/etc/lightdm/lightdm.conf.d/99-wrong.conf"
    pc.run(f"printf '[Seat:*]\\nautologin-user=\\n' > {wrong}")
    try:
        logout(pc)
        until(
            lambda: pc.run(GREETER_AGE, check=False).stdout.strip() > "05", "a greeter that stays"
        )
    finally:
        pc.run(f"rm {wrong}")
    reader.wait(other_than=leader, seconds=240)
    assert "restarting LightDM" in pc.run("journalctl -b -u benvung-session-watch").stdout


# How long the greeter has been there, as MM:SS: only its seconds.
GREETER_AGE = "ps -C lightdm-gtk-greeter,lightdm-gtk-gre -o etime= | cut -d: -f2"


# Every process makes more of them, and rests when there is no room for another.
BOMB = """
import os, time
while True:
    try:
        os.fork()
    except OSError:
        time.sleep(1)
"""


def test_a_fork_bomb_ends_with_its_session(pc: Workstation, reader: Reader) -> None:
    leader = reader.leader()
    reader.start(f"exec python3 -c {shlex.quote(BOMB)}")
    until(lambda: int(pc.run("ps -U bandoc --no-headers | wc -l").stdout) > 200, "the bomb")
    logout(pc)
    reader.wait(other_than=leader, seconds=180)
    assert int(pc.run("ps -U bandoc --no-headers | wc -l").stdout) < 100


@contextmanager
def read_only_home(pc: Workstation) -> Iterator[None]:
    """A disk that takes no more writes where the homes are."""
    # In one step: a program of the reader's that opens a file in between holds it for good.
    pc.run("mount -o bind,ro /home /home")
    try:
        assert pc.run("touch /home/x", check=False).returncode
        yield
    finally:
        pc.run("umount -l /home/bandoc || true; umount -l /home")


def test_a_disk_that_refuses_still_gives_a_fresh_home(pc: Workstation, reader: Reader) -> None:
    reader.run(f"echo {MARK} > $HOME/{MARK}")
    leader = reader.leader()
    with read_only_home(pc):
        logout(pc)
        reader.wait(other_than=leader, seconds=120)
        assert reset(pc)["emergency_home"] is True
        assert reader.run(f"ls -A; test ! -e $HOME/{MARK} && touch $HOME/works").succeeded
        leader = reader.leader()
        pc.run("systemctl stop lightdm")
    pc.run("systemctl start lightdm")
    reader.wait(other_than=leader, seconds=120)
    assert reset(pc)["emergency_home"] is False
    assert traces(pc) == []


def test_a_full_disk_is_empty_for_the_next_reader(pc: Workstation, reader: Reader) -> None:
    """The home is a small file system of its own here, so that it can really be full."""
    pc.run("systemctl stop lightdm")
    pc.run("mkdir -p /root/homes && cp -a /home/. /root/homes/")
    pc.run("mount -t tmpfs -o size=40m homes /home && cp -a /root/homes/. /home/")
    try:
        pc.run("systemctl start lightdm")
        leader = reader.wait(seconds=120)
        fill = "export LC_ALL=C; cat /dev/zero > $HOME/full; cat /dev/zero > $HOME/full2"
        filled = reader.run(fill, timeout=60)
        assert "No space left" in filled.stderr
        logout(pc)
        reader.wait(other_than=leader, seconds=120)
        assert reset(pc)["emergency_home"] is False
        assert reader.run("dd if=/dev/zero of=$HOME/room bs=1M count=10").succeeded
    finally:
        pc.run("systemctl stop lightdm")
        pc.run("umount -l /home/bandoc || true; umount -l /home; systemctl start lightdm")
    reader.wait(seconds=120)


def test_a_reset_that_was_cut_is_repeated_whole(pc: Workstation, reader: Reader) -> None:
    reader.run(f"mkdir $HOME/{MARK} && touch $HOME/{MARK}/{MARK}")
    # Where a cut between the two renames would leave it.
    pc.run(
        "systemctl stop lightdm; install -d -m 700 /home/.benvung-gone; "
        f"mkdir /home/.benvung-gone/x /home/.benvung-fresh; touch /home/.benvung-gone/x/{MARK};"
        " rm -rf /home/bandoc"
    )
    power_cut(pc)
    reader.wait(seconds=180)
    assert pc.run("ls -A /home").stdout.split() == ["bandoc", "benvung"]
    assert traces(pc) == []


def test_idle_ends_a_used_session_and_only_that(pc: Workstation, reader: Reader) -> None:
    """With an idle time of seconds instead of minutes, on the real unit and the real X."""
    unit = "/etc/systemd/system/benvung-session-idle.service.d"
    quick = "[Service]\\nExecStart=\\nExecStart=/usr/local/lib/benvung/session-idle 20 10\\n"
    pc.run(f"mkdir -p {unit} && printf '{quick}' > {unit}/quick.conf && systemctl daemon-reload")
    try:
        leader = reader.leader()
        logout(pc)
        untouched = reader.wait(other_than=leader)
        until(lambda: idle(reader) > 40, "an idle time over the limit")
        assert reader.leader() == untouched, "a session nobody used was ended"
        pc.run(["python3", "-c", TOUCH])
        until(lambda: pc.run("pgrep -u bandoc -f session-warning", check=False).stdout, "a warning")
        pc.run(["python3", "-c", TOUCH])
        until(
            lambda: not pc.run("pgrep -u bandoc -f session-warning", check=False).stdout,
            "the warning to go when the mouse moves",
        )
        assert reader.leader() == untouched
        reader.wait(other_than=untouched, seconds=90)
    finally:
        pc.run(f"rm -r {unit}; systemctl daemon-reload; systemctl stop benvung-session-idle")


def test_a_session_nobody_has_used_takes_what_is_new(pc: Workstation, reader: Reader) -> None:
    leader = reader.leader()
    logout(pc)
    untouched = reader.wait(other_than=leader)
    new = "/usr/local/share/benvung/home/moi"
    try:
        pc.run(f"touch {new}")
        reader.wait(other_than=untouched, seconds=120)
        assert reader.run("test -e $HOME/moi").succeeded
    finally:
        pc.run(f"rm -f {new}")


def idle(reader: Reader) -> int:
    """Seconds without input."""
    return int(reader.run("xprintidle").stdout) // 1000


# The mouse moves a little, as X itself sees it.
TOUCH = """
import ctypes, os
os.environ["XAUTHORITY"] = "/var/run/lightdm/root/:0"
x, test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
x.XOpenDisplay.restype = ctypes.c_void_p
display = x.XOpenDisplay(b":0")
move = test.XTestFakeRelativeMotionEvent
move.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_ulong]
move(display, 7, 7, 0)
x.XSync(ctypes.c_void_p(display), 0)
"""
