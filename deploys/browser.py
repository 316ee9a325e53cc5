"""Firefox ESR with its Vietnamese, locked to the library's policy."""

from pyinfra import host
from pyinfra.api import deploy

from deploys.vocabulary import directory, is_entry, only, packages, put, step, template
from inventory.words import _

POLICIES = "/usr/local/lib/benvung/firefox-policies"
# Where Debian's Firefox reads policies, on 12 and 13 alike; it looks there before the others.
FIREFOX = "/etc/firefox"


@deploy("browser")
def browser() -> None:
    """The one browser, and what it may do."""
    packages(
        _("Install Firefox ESR with its Vietnamese"),
        host.data.browser_packages,
        host.data.browser_packages_absent,
    )
    template(
        _("Bring the page that finds the home page"),
        "browser/home.html.j2",
        "/usr/local/share/benvung/browser/home.html",
    )
    template(
        _("Declare the library's policy for Firefox"),
        "browser/policies.json.j2",
        "/etc/benvung/firefox/10-browser.json",
    )
    only(
        _("Remove policies that no aspect declares"),
        "/etc/benvung/firefox",
        ["10-browser.json", "20-shortcuts.json"],
    )
    put(
        _("Bring the program that joins the policies"),
        "browser/firefox-policies",
        POLICIES,
        mode="755",
    )
    directory(_("Make room for Firefox's policies"), f"{FIREFOX}/policies")
    only(_("Remove policies beside the library's"), f"{FIREFOX}/policies", ["policies.json"])
    step(_("Lock Firefox to the library's policy"), "browser/join")


if is_entry(__name__):
    browser()
