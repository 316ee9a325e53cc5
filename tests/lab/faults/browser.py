"""What meddling does to the browser."""

from tests.lab.faults import Fault

POLICIES = "/etc/firefox/policies/policies.json"

FAULTS = [
    Fault(
        aspect="browser",
        name="a reader's cousin allows add-ons",
        do=f"sed -i s/blocked/allowed/ {POLICIES}",
        mended_by=("Lock Firefox to the library's policy",),
        proof=f'grep -q \'"installation_mode": "blocked"\' {POLICIES}',
    ),
    Fault(
        aspect="browser",
        name="one comma too many switches the whole policy off",
        do=f"sed -i 's/true$/true,/' {POLICIES}",
        mended_by=("Lock Firefox to the library's policy",),
        proof=f"python3 -m json.tool {POLICIES} /dev/null",
    ),
    Fault(
        aspect="browser",
        name="a power cut left the declaration empty",
        do="truncate -s 0 /etc/benvung/firefox/10-browser.json",
        mended_by=("Declare the library's policy for Firefox",),
        proof="python3 -m json.tool /etc/benvung/firefox/10-browser.json /dev/null",
    ),
    Fault(
        aspect="browser",
        name="a policy nobody declared lies beside the others",
        do='echo \'{"policies": {"BlockAboutSupport": false}}\' > /etc/benvung/firefox/99-x.json',
        mended_by=("Remove policies that no aspect declares",),
        proof="test ! -e /etc/benvung/firefox/99-x.json",
    ),
]
