"""What meddling does to the desktop."""

from tests.lab.faults import Fault

SCHEMAS = "/usr/share/glib-2.0/schemas"
HOME = "/usr/local/share/benvung/home"

FAULTS = [
    Fault(
        aspect="desktop",
        name="somebody prefers English",
        do="update-locale --reset LANG=C.UTF-8",
        mended_by=("Speak Vietnamese to every account",),
        proof='. /etc/default/locale && test "$LANG" = vi_VN.UTF-8',
    ),
    Fault(
        aspect="desktop",
        name="somebody edits the language in the old file",
        do="sed -i s/vi_VN/en_US/ /etc/default/locale",
        mended_by=("Speak Vietnamese to every account",),
        proof='. /etc/default/locale && test "$LANG" = vi_VN.UTF-8',
    ),
    Fault(
        aspect="desktop",
        name="a power cut left the typing's settings empty",
        do=f": > {HOME}/.config/fcitx5/profile",
        mended_by=("Set up Vietnamese typing",),
        proof=f"grep -q DefaultIM=unikey {HOME}/.config/fcitx5/profile",
    ),
    Fault(
        aspect="desktop",
        name="a cousin hung up another wallpaper",
        do=(
            "ln -sfn /usr/share/backgrounds/xfce/xfce-x.svg.debian"
            " /usr/share/backgrounds/xfce/xfce-x.svg"
        ),
        mended_by=("Choose the wallpaper",),
        proof="readlink /usr/share/backgrounds/xfce/xfce-x.svg | grep -q benvung",
    ),
    Fault(
        aspect="desktop",
        name="a power cut comes before the editor's settings are in force",
        do=f"rm {SCHEMAS}/90_benvung-desktop.gschema.override; glib-compile-schemas {SCHEMAS}",
        mended_by=(
            "Let the text editor begin without a question",
            "Put that in force for every account",
        ),
        proof=(
            "GSETTINGS_BACKEND=memory gsettings get"
            " org.xfce.mousepad.preferences.file session-restore | grep -q never"
        ),
    ),
    Fault(
        aspect="desktop",
        name="somebody set up a printer of their own",
        do="lpadmin -p cua-rieng -E -v socket://localhost:9 -m raw; lpstat -v cua-rieng",
        mended_by=("Set up the declared printers",),
        proof="! lpstat -v cua-rieng",
    ),
]
