"""Faults of the aspect desktop: another language, no typing, no printing."""

from tests.lab.control_faults.fault import DPKG, SHARE, ControlFault, removed, until

# A queue nobody declared; cups tells of it a moment later.
QUEUE = "lpadmin -p cua-rieng -E -v socket://localhost:9 -m raw; " + until("lpstat -p cua-rieng")

FAULTS = (
    ControlFault("desktop.language", "update-locale --reset LANG=C.UTF-8"),
    ControlFault("desktop.locale-made", "localedef --delete-from-archive vi_VN.utf8"),
    ControlFault("desktop.time-zone", "ln -sfn /usr/share/zoneinfo/Etc/UTC /etc/localtime"),
    ControlFault("desktop.typing", removed("fcitx5"), hides=DPKG),
    ControlFault(
        "desktop.typing-method",
        "sed -i -E 's/^InputMethod=.*/InputMethod=Khac/'"
        f" {SHARE}/home/.config/fcitx5/conf/unikey.conf",
    ),
    # Not the packages: they are large, and no run of the lab shall have to fetch them.
    ControlFault(
        "desktop.office",
        "mv /usr/bin/libreoffice /usr/bin/libreoffice.aside",
        "mv /usr/bin/libreoffice.aside /usr/bin/libreoffice",
    ),
    ControlFault(
        "desktop.print-service",
        "systemctl disable --now cups.socket cups.path cups.service",
        hides=frozenset({"desktop.printers", "desktop.printers-run"}),
    ),
    ControlFault("desktop.printers", QUEUE),
    ControlFault(
        "desktop.printers-run",
        f"{QUEUE}; cupsdisable cua-rieng",
        cascade={"desktop.printers": "a queue of the lab has to be made first"},
    ),
    ControlFault(
        "desktop.no-mail-server",
        # Whatever program answers by that name.
        "install -m 755 /bin/true /usr/sbin/sendmail",
        "rm /usr/sbin/sendmail",
    ),
)
CANNOT_BE_STAGED = ()
