"""Faults of the aspect restrictions: holes a reader could find."""

from tests.lab.control_faults.fault import (
    BOOT_MENU,
    BY_ONE_FACT,
    SHARE,
    CannotBeStaged,
    ControlFault,
)

SUDOERS = "/etc/sudoers.d/khac"
KEPT = {"restrictions.programs-kept-closed": "it is one of them"}

FAULTS = (
    ControlFault(
        "restrictions.no-root",
        f"echo 'bandoc ALL=(ALL) NOPASSWD: ALL' > {SUDOERS} && chmod 440 {SUDOERS}",
        f"rm {SUDOERS}",
    ),
    ControlFault("restrictions.no-writing", "chmod 777 /usr/local/bin", "chmod 755 /usr/local/bin"),
    ControlFault("restrictions.no-secrets", "chmod 644 /etc/shadow", "chmod 640 /etc/shadow"),
    ControlFault(
        "restrictions.no-jobs",
        "rm /etc/cron.allow; chown root:crontab /usr/bin/crontab; chmod 2755 /usr/bin/crontab",
        cascade={**KEPT, "restrictions.programs-closed": "it is one of them"},
    ),
    ControlFault("restrictions.programs-closed", "chmod 755 /usr/bin/chsh", cascade=KEPT),
    ControlFault(
        "restrictions.programs-kept-closed",
        # Closed still, and open after its next upgrade.
        "dpkg-statoverride --quiet --remove /usr/bin/chsh",
    ),
    ControlFault(
        "restrictions.menu-hidden",
        f"rm {SHARE}/restrictions/data/applications/xfce-settings-manager.desktop",
    ),
    ControlFault("restrictions.network", "nft delete table inet benvung_reader"),
    ControlFault(
        "restrictions.network-filled", "systemctl disable --now benvung-reader-network-fill.path"
    ),
    ControlFault(
        "restrictions.console", "rm /etc/systemd/logind.conf.d/50-benvung-restrictions.conf"
    ),
    ControlFault("restrictions.magic-keys", "rm /etc/sysctl.d/90-benvung-restrictions.conf"),
    ControlFault("restrictions.restart-keys", "systemctl unmask ctrl-alt-del.target"),
    ControlFault(
        "restrictions.permissions", "rm /etc/polkit-1/rules.d/40-benvung-restrictions.rules"
    ),
    ControlFault("restrictions.sticks-run-nothing", "rm /etc/udisks2/mount_options.conf"),
)
CANNOT_BE_STAGED = (
    CannotBeStaged(
        "restrictions.boot-menu",
        "a container has no boot menu",
        (BY_ONE_FACT, BOOT_MENU),
    ),
)
