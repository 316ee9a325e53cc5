"""What meddling does to who makes a PC right."""

from tests.lab.faults import Fault

FAULTS = [
    Fault(
        aspect="pull",
        name="somebody lets a PC pull that the desk makes right",
        do=(
            "mkdir -p /etc/benvung/pull && echo '{}' > /etc/benvung/pull.json"
            " && echo 'benvung ssh-ed25519 AAAA' > /etc/benvung/pull/signers"
        ),
        mended_by=("Leave nothing that lets the PC pull",),
        proof="! test -e /etc/benvung/pull.json && ! test -e /etc/benvung/pull",
    ),
]
