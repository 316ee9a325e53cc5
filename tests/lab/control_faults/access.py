"""Faults of the aspect access: the doors stand open, or nobody gets in."""

from tests.lab.control_faults.fault import STATE, ControlFault

SSHD = "/etc/ssh/sshd_config.d/00-benvung.conf"
SUDOERS = "/etc/sudoers.d/benvung"
STAGED = f"{STATE}/guard/staged/tree"

FAULTS = (
    ControlFault(
        "access.root-login",
        f"sed -i 's/^PermitRootLogin no/PermitRootLogin prohibit-password/' {SSHD}",
    ),
    ControlFault(
        "access.keys-only",
        f"sed -i 's/^PasswordAuthentication no/PasswordAuthentication yes/' {SSHD}",
    ),
    ControlFault(
        "access.only-maintenance",
        f"sed -i 's/^AllowUsers benvung/AllowUsers benvung bandoc/' {SSHD}",
    ),
    ControlFault(
        "access.no-tunnels",
        f"sed -i 's/^AllowTcpForwarding no/AllowTcpForwarding yes/' {SSHD}",
    ),
    ControlFault(
        "access.ssh-at-start",
        "systemctl disable ssh.socket 2>/dev/null; systemctl disable ssh.service",
    ),
    ControlFault(
        "access.packet-filter",
        "nft delete table inet benvung",
        hides=frozenset({"access.management-addresses"}),
    ),
    ControlFault("access.filter-at-start", "systemctl disable nftables.service"),
    ControlFault(
        "access.management-addresses",
        r"sed -i 's/^    chain management {/&\n        ip saddr 203.0.113.9 accept/'"
        " /etc/nftables.conf && /usr/local/lib/benvung/firewall load",
        # All of the filter is loaded, with what another fault took out.
        hides=frozenset({"restrictions.network"}),
    ),
    ControlFault(
        "access.no-change-waiting",
        # As a run does that is cut before its new login.
        f"mkdir -p {STAGED}/etc/sudoers.d && cp -p {SUDOERS} {STAGED}/etc/sudoers.d/"
        " && /usr/local/lib/benvung/guard apply 3600",
        hides=frozenset(
            {
                *("access.guard-at-start", "access.packet-filter", "access.sudo"),
                "restrictions.network",
            }
        ),
    ),
    ControlFault("access.guard-at-start", "systemctl disable benvung-guard.service"),
    ControlFault(
        "access.keys",
        "echo 'ssh-ed25519 AAAAtorn' >> /home/benvung/.ssh/authorized_keys",
        # No keys are declared: those on the PC are people's own.
        "sed -i '/AAAAtorn/d' /home/benvung/.ssh/authorized_keys",
    ),
    ControlFault(
        "access.keys-private",
        "chmod 755 /home/benvung",
        cascade={"restrictions.no-secrets": "the reader looks into that home"},
    ),
    ControlFault(
        "access.sudo",
        # Narrowed to the probe: without any sudo there would be no report to judge.
        f"cp -p {SUDOERS} /root/benvung.sudoers"
        f" && sed -i 's|NOPASSWD: *ALL|NOPASSWD: /usr/bin/python3|' {SUDOERS}",
        f"mv /root/benvung.sudoers {SUDOERS}",
        before=True,
    ),
    ControlFault("access.console-password", "echo benvung:thuvien-2026 | chpasswd"),
    ControlFault(
        "access.other-passwords",
        "useradd --no-create-home khach && echo khach:thuvien-2026 | chpasswd",
        "userdel khach",
    ),
)
CANNOT_BE_STAGED = ()
