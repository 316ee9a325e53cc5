"""Desktop: Vietnamese from the first key, nothing that asks, a printer nobody can spoil."""

from collections.abc import Callable, Iterator

import pytest
from testinfra.host import Host

from inventory.records import Workstation
from tests.acceptance.reader import Reader, until
from tests.acceptance.screen import firefox, keys

TYPED = "tieesng Vieetj "
MEANT = "tiếng Việt "
UNIKEY = ".config/fcitx5/conf/unikey.conf"
RELOAD = (
    "busctl --user call org.fcitx.Fcitx5 /controller org.fcitx.Fcitx.Controller1"
    " ReloadAddonConfig s unikey"
)
Write = Callable[..., str]


@pytest.fixture
def write(reader: Reader) -> Iterator[Write]:
    """Type into a text file with the reader's editor; what the file then holds."""

    def saved() -> str:
        return reader.run("cat ~/thu.txt").stdout

    def takes_keys() -> str:
        keys(reader, "a ", "<Control_L s>", into="thu.txt")
        return saved()

    def typed(*strokes: str) -> str:
        reader.run(": > ~/thu.txt")
        reader.start("mousepad ~/thu.txt")
        # A window is in front before it takes keys, and what is typed into it first may be lost.
        until(takes_keys, "the editor takes keys")
        keys(reader, "<Control_L a>", *strokes, "<Control_L s>", into="thu.txt")
        return until(lambda: saved().strip("a \n") and saved(), "the saved text")

    yield typed
    # Ended with unsaved text it would ask the next one about it.
    reader.run("pkill -x mousepad; rm -rf ~/thu.txt ~/.local/share/Mousepad")


def test_nothing_asks_anything_after_login(reader: Reader) -> None:
    """Only the desktop and the panel: no first start, no tip, no update notice."""
    windows = reader.run("xprop -root _NET_CLIENT_LIST").stdout.partition("#")[2].split(",")
    kinds = [
        reader.run(f"xprop -id {window.strip()} _NET_WM_WINDOW_TYPE").stdout
        for window in windows
        if window.strip()
    ]
    assert all("_TYPE_DESKTOP" in kind or "_TYPE_DOCK" in kind for kind in kinds), kinds


def test_the_session_is_xfce_on_x11(reader: Reader) -> None:
    environment = reader.run("env").stdout.splitlines()
    assert "XDG_SESSION_TYPE=x11" in environment
    assert "XDG_CURRENT_DESKTOP=XFCE" in environment


def test_the_session_is_vietnamese(reader: Reader, declared: Workstation) -> None:
    spoken = reader.run("locale").stdout.splitlines()
    assert f"LANG={declared.variables['desktop_locale']}" in spoken
    assert reader.run("locale charmap").stdout.strip() == "UTF-8"
    assert reader.run("date -d 2026-11-23 +%A").stdout.strip() == "Thứ hai"


def test_the_clock_is_the_sites(reader: Reader, declared: Workstation) -> None:
    zone = reader.run("readlink -f /etc/localtime").stdout.strip()
    assert zone == f"/usr/share/zoneinfo/{declared.variables['desktop_time_zone']}"
    assert reader.run("date +%z").stdout.strip() == "+0700"


def test_the_editor_begins_without_a_question(reader: Reader) -> None:
    """Also where the one before ended badly, with text nobody had saved."""
    state = "org.xfce.mousepad.state.application"
    kept, letter = "$HOME/.local/share/Mousepad", "$HOME/thu.txt"
    # As Mousepad itself notes it.
    session = f"['1;file://{kept}/autosave-0;+file://{letter}']"
    reader.run(
        f"mkdir -p {kept} && echo 'dở dang' > {kept}/autosave-0 && : > {letter}"
        f' && gsettings set {state} session "{session}"'
    )
    try:
        reader.start("mousepad")
        shown = until(lambda: windows(reader, "mousepad"), "the editor's window")
        assert [kind for kind in shown if "_TYPE_DIALOG" in kind] == []
    finally:
        # One that asks would not end otherwise.
        reader.run(
            f"pkill -KILL -x mousepad; rm -rf {kept} {letter}; gsettings reset-recursively {state}"
        )


def windows(reader: Reader, program: str) -> list[str]:
    """The kinds of windows a program has on the screen."""
    listed = reader.run("xprop -root _NET_CLIENT_LIST").stdout.partition("#")[2].split(",")
    told = (
        reader.run(f"xprop -id {one.strip()} WM_CLASS _NET_WM_WINDOW_TYPE").stdout
        for one in listed
        if one.strip()
    )
    return [one for one in told if program in one.lower()]


def test_telex_in_the_editor(write: Write, declared: Workstation) -> None:
    assert declared.variables["desktop_typing"] == "telex"
    assert write(TYPED).strip("\n") == MEANT


def test_vni_when_the_reader_prefers_it(reader: Reader, write: Write) -> None:
    reader.run(f"sed -i s/^InputMethod=.*/InputMethod=VNI/ ~/{UNIKEY} && {RELOAD}")
    try:
        assert write("tie61ng Vie65t ").strip("\n") == MEANT
    finally:
        reader.run(f"cp /usr/local/share/benvung/home/{UNIKEY} ~/{UNIKEY} && {RELOAD}")


@pytest.mark.parametrize(
    "stroke", ["<Control_L space>", "<Control_L Shift_L>", "<Shift_L Control_L>"]
)
def test_english_at_a_key(write: Write, stroke: str) -> None:
    """There and back, by the keys the start page names."""
    assert write(stroke, TYPED, stroke, TYPED).strip("\n") == TYPED + MEANT


def test_telex_in_firefox(reader: Reader) -> None:
    page = "data:text/html;charset=utf-8,<textarea id=t autofocus></textarea>"
    seen = firefox(
        reader,
        {
            "page": ("go", page),
            "focus": ("page", "document.getElementById('t').focus(); return true"),
            "ready": ("takes_keys",),
            "typed": ("type", TYPED),
            "text": (
                "until_page",
                "const t = document.getElementById('t').value; return t.endsWith(' ') && t",
            ),
        },
    )
    assert seen["ready"]
    assert seen["text"] == MEANT


def test_telex_in_the_office_suite(reader: Reader) -> None:
    """And it starts with an empty document, not with a tip or a question; test: its title."""
    reader.start("libreoffice --writer")

    def typed() -> str:
        strokes = ("<Control_L a>", TYPED, "<Control_L a>", "<Control_L c>", "<clipboard>")
        # The window is there before it takes keys, so a first attempt may be lost.
        return keys(reader, *strokes, into="LibreOffice Writer").strip("\n")

    try:
        until(lambda: typed() == MEANT, "the typed words in the document")
    finally:
        # What it would offer to recover goes with its settings.
        reader.run(
            "pkill -x soffice.bin; rm -rf ~/.config/libreoffice"
            " && cp -r /usr/local/share/benvung/home/.config/libreoffice ~/.config/"
        )


@pytest.mark.parametrize("plugin", ["qt5", "gtk-3.0", "gtk-4.0"])
def test_every_toolkit_knows_the_input_method(root: Host, plugin: str) -> None:
    """Programs of other toolkits, which readers have not yet, would find it."""
    found = root.check_output(f"find /usr/lib -path '*{plugin}*' -name '*fcitx5*.so'")
    assert found


@pytest.mark.parametrize(
    ("named", "shown"),
    [
        ("Times New Roman", "Liberation Serif"),
        ("Arial", "Liberation Sans"),
        ("Calibri", "Carlito"),
    ],
)
def test_documents_keep_their_lines(reader: Reader, named: str, shown: str) -> None:
    """A font of the same width stands in."""
    assert reader.run(f"fc-match -f '%{{family[0]}}' '{named}'").stdout == shown


@pytest.mark.parametrize(
    "named", ["Times New Roman", "Arial", "Calibri", "Cambria", "sans", "serif", "monospace"]
)
def test_a_font_has_every_vietnamese_letter(reader: Reader, named: str) -> None:
    """A font that lacks some is shown with letters of another among its own."""
    shown = reader.run(f"fc-match -f '%{{family[0]}}' '{named}'").stdout
    lacking = [
        letter
        for letter in "ăâđêôơưằẳẵặầẩẫậềểễệồổỗộờởỡợừửữựỳỷỹỵ"
        if shown not in reader.run(f"fc-list ':charset={ord(letter):x}' family").stdout
    ]
    assert lacking == []


def test_the_numbers_are_on(reader: Reader) -> None:
    lights = reader.run("LC_ALL=C xset q").stdout
    assert "Num Lock:    on" in lights


def test_nothing_composites(reader: Reader) -> None:
    """What these graphics cards cannot do costs a third of the processor."""
    assert reader.run("xfconf-query -c xfwm4 -p /general/use_compositing").stdout == "false\n"


def test_the_folders_have_vietnamese_names(reader: Reader) -> None:
    assert reader.run("xdg-user-dir DOWNLOAD").stdout.strip() == "/home/bandoc/Tải về"
    for name in ("Tải về", "Tài liệu", "Hình ảnh", "Âm nhạc", "Phim"):
        assert reader.run(f"touch '/home/bandoc/{name}/x' && rm '/home/bandoc/{name}/x'").succeeded


def test_the_print_queues_are_the_declared_ones(root: Host, declared: Workstation) -> None:
    """One that was off until now is missing, but no other is there."""
    there = root.run("lpstat -v | sed 's/.* \\([^ ]*\\): .*/\\1/'").stdout.split()
    assert set(there) <= {printer["name"] for printer in declared.variables["desktop_printers"]}
    assert root.check_output("LC_ALL=C lpstat -r") == "scheduler is running"


def test_the_reader_does_not_administer_printers(reader: Reader, root: Host) -> None:
    before = root.run("lpstat -v").stdout
    asked = reader.run("lpadmin -p cua-toi -E -v socket://localhost -m raw </dev/null", timeout=20)
    assert asked.failed
    assert root.run("lpstat -v").stdout == before
