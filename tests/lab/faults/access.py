"""What meddling does to the doors."""

from tests.lab.faults import Fault

CHANGE = "Let in the maintenance account alone, proved by a new login"

FAULTS = [
    Fault(
        aspect="access",
        name="somebody lets passwords in again",
        do=(
            "sed -i 's/^PasswordAuthentication no/PasswordAuthentication yes/;"
            "s/^AuthenticationMethods .*//' /etc/ssh/sshd_config.d/00-benvung.conf"
            " && systemctl reload ssh"
        ),
        mended_by=(CHANGE,),
        proof="sshd -T | grep -qx 'passwordauthentication no'",
    ),
    Fault(
        aspect="access",
        name="somebody switches the packet filter off",
        do="systemctl disable --now nftables",
        mended_by=(CHANGE, "Load the packet filter at every start"),
        proof=(
            "systemctl is-enabled --quiet nftables"
            " && nft list chain inet benvung input | grep -q 'policy drop'"
        ),
    ),
    Fault(
        aspect="access",
        name="somebody gives the maintenance account a password of his own",
        do="echo benvung:123456 | chpasswd",
        mended_by=(CHANGE,),
        proof="getent shadow benvung | grep -q '^benvung:!:'",
    ),
    Fault(
        aspect="access",
        name="the guard no longer looks at start",
        do="systemctl disable benvung-guard.service",
        mended_by=("Enable the guard",),
        proof="systemctl is-enabled --quiet benvung-guard.service",
    ),
    Fault(
        aspect="access",
        name="each login starts a service manager again",
        do='systemctl unmask "user@$(id -u benvung).service"',
        mended_by=("Start no service manager for the maintenance account",),
        proof='systemctl show -P LoadState "user@$(id -u benvung).service" | grep -qx masked',
    ),
    Fault(
        aspect="access",
        name="SSH no longer starts with the PC",
        do="systemctl disable ssh.socket 2>/dev/null; systemctl disable ssh.service",
        mended_by=("Start SSH with the PC",),
        proof="systemctl is-enabled --quiet ssh.service",
    ),
    Fault(
        aspect="access",
        name="the home of the maintenance account stands open",
        do="chmod 755 /home/benvung",
        mended_by=("Close its home to others",),
        proof='test "$(stat -c %a /home/benvung)" = 700',
    ),
]
