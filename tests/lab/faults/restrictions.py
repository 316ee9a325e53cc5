"""How restrictions get lost on a workstation, and what the next run mends."""

from tests.lab.faults import Fault

RULES = "/etc/nftables.d/restrictions.nft"
HIDDEN = "/usr/local/share/benvung/restrictions/data/applications"

FAULTS = [
    Fault(
        aspect="restrictions",
        name="somebody lets the reader's programs into the reading room's network",
        do=f"sed -i 's/ reject with icmpx admin-prohibited$/ accept/' {RULES} && nft -f {RULES}",
        mended_by=(
            "Keep the reader's programs off the reading room's network",
            "Load the reader's network rules",
        ),
        proof="nft list chain inet benvung_reader reader | grep -q reject",
    ),
    Fault(
        aspect="restrictions",
        name="somebody opens su and a terminal again",
        do="chmod 4755 /usr/bin/su; chmod 755 /usr/bin/xfce4-settings-manager",
        mended_by=("Close those programs to the reader",),
        proof="! setpriv --reuid=bandoc --regid=bandoc --clear-groups test -x /usr/bin/su",
    ),
    Fault(
        aspect="restrictions",
        name="the refusals of polkit are deleted",
        do="rm /etc/polkit-1/rules.d/40-benvung-restrictions.rules",
        mended_by=("Refuse the reader what changes the PC",),
        proof="test -s /etc/polkit-1/rules.d/40-benvung-restrictions.rules",
    ),
    Fault(
        aspect="restrictions",
        name="Xfce's menu of settings comes back",
        do=f"rm {HIDDEN}/xfce-settings-manager.desktop",
        mended_by=("Hide what is not for readers",),
        proof="/usr/local/lib/benvung/hidden-entries check",
    ),
]
