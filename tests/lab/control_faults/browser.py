"""Faults of the aspect browser: another policy, another browser, or none."""

from tests.lab.control_faults.fault import ControlFault

POLICY = "/etc/benvung/firefox/10-browser.json"
IN_FORCE = "/etc/firefox/policies/policies.json"
JOIN = "/usr/local/lib/benvung/firefox-policies"
PROFILE = "/home/bandoc/.mozilla/firefox/x.test"
# What is read out of the policy in force.
READ = frozenset(
    f"browser.{name}"
    for name in (
        *("home-page", "addons", "settings-closed", "keeps-nothing"),
        *("downloads", "search", "links"),
    )
)


def policy(old: str, new: str) -> str:
    """A command that changes the declared policy on the PC and puts it in force."""
    return f"sed -i 's|{old}|{new}|' {POLICY} && {JOIN}"


FAULTS = (
    ControlFault(
        "browser.installed",
        # Not the package: it is large, and no run of the lab shall have to fetch it.
        "chmod -x /usr/bin/firefox-esr",
        "chmod +x /usr/bin/firefox-esr",
    ),
    ControlFault(
        "browser.policy-readable",
        f"truncate -s 100 {IN_FORCE}",
        cascade={"browser.policy-as-declared": "it is the same file"},
        hides=READ,
    ),
    ControlFault(
        "browser.policy-as-declared",
        f"echo >> {IN_FORCE}",
        # Their faults write the file anew.
        hides=READ,
    ),
    ControlFault(
        "browser.home-page", policy("benvung/start/index.html", "benvung/start/khac.html")
    ),
    ControlFault(
        "browser.addons",
        policy('"installation_mode": "blocked"', '"installation_mode": "allowed"'),
    ),
    ControlFault(
        "browser.settings-closed", policy('"BlockAboutConfig": true', '"BlockAboutConfig": false')
    ),
    ControlFault(
        "browser.keeps-nothing",
        policy('"SanitizeOnShutdown": true', '"SanitizeOnShutdown": false'),
    ),
    ControlFault(
        "browser.only-firefox",
        "printf '[Desktop Entry]\\nType=Application\\nName=Khac\\nExec=khac\\n"
        "Categories=Network;WebBrowser;\\n' > /usr/share/applications/khac.desktop",
        "rm /usr/share/applications/khac.desktop",
    ),
    ControlFault(
        "browser.no-other-policies",
        "mkdir -p /usr/lib/firefox-esr/distribution"
        " && echo '{}' > /usr/lib/firefox-esr/distribution/policies.json",
        "rm /usr/lib/firefox-esr/distribution/policies.json",
    ),
    ControlFault(
        "browser.no-user-js",
        f"mkdir -p {PROFILE} && touch {PROFILE}/user.js",
        f"rm -r {PROFILE}",
    ),
    ControlFault(
        "browser.downloads",
        policy('"DownloadDirectory": "[^"]*"', '"DownloadDirectory": "${home}/Desktop"'),
    ),
    ControlFault(
        "browser.search",
        policy('"Default": "[^"]*", "PreventInstalls"', '"Default": "Khac", "PreventInstalls"'),
    ),
    ControlFault(
        "browser.links",
        "python3 -c \"import json; p = '/etc/benvung/firefox/20-shortcuts.json';"
        " d = json.load(open(p)); d['policies']['ManagedBookmarks'].pop();"
        f" json.dump(d, open(p, 'w'))\" && {JOIN}",
    ),
)
CANNOT_BE_STAGED = ()
