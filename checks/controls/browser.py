"""Controls of the aspect browser: one browser, under the library's policy."""

from checks.controls.control import (
    DEPLOY,
    Control,
    Look,
    Verdict,
    as_declared,
    here,
    known,
    shown,
    so,
)
from checks.findings import Severity
from checks.report import Policies
from inventory.words import _, mark

# roles/browser/templates/policies.json.j2: an https: home page is opened through this page, which
# shows the offline start page while the line is down.
FINDER = "file:///usr/local/share/benvung/browser/home.html"


def policies(look: Look) -> Policies:
    """The policies in force.

    Raises:
        Untold: nobody could read them.
    """
    return known(here(look.report.browser).policies)


def installed(look: Look) -> Verdict:
    """Firefox is there and starts."""
    there = known(here(look.report.browser).installed)
    return so(there, _("firefox-esr is not installed, or cannot be started."))


def readable(look: Look) -> Verdict:
    """Firefox can read its policy."""
    good = here(look.report.browser).policy_readable
    return so(good, _("/etc/firefox/policies/policies.json is missing or torn."))


def joined(look: Look) -> Verdict:
    """The policy is what the aspects declared on the PC."""
    same = known(here(look.report.browser).policy_as_declared)
    return so(same, _("The policy is not the one joined from /etc/benvung/firefox."))


def homepage(look: Look) -> Verdict:
    """The declared home page, locked."""
    declared = look.value("browser_homepage")
    wanted = declared if declared.startswith("file:") else FINDER
    found = policies(look)
    if found.homepage == wanted and not found.homepage_locked:
        return so(False, _("The reader may change it."))
    return as_declared(found.homepage, wanted)


def addons(look: Look) -> Verdict:
    """Add-ons that are not declared cannot be installed."""
    mode = policies(look).addons
    sentence = _("Add-ons that are not declared are {mode}.")
    return so(mode == "blocked", sentence.format(mode=shown(mode)))


def settings_closed(look: Look) -> Verdict:
    """Neither about:config nor the developer's tools open."""
    found = policies(look)
    open_ = [
        name
        for name, closed in (
            ("about:config", found.about_config_closed),
            ("F12", found.developer_tools_closed),
        )
        if not closed
    ]
    return so(not open_, _("Open to the reader: {names}.").format(names=shown(open_)))


def keeps_nothing(look: Look) -> Verdict:
    """No password is kept, and all is cleared at the end."""
    found = policies(look)
    forgets = found.passwords_kept is False and found.cleared_at_end is True
    return so(forgets, _("Firefox may keep passwords or traces of the reader."))


def only_firefox(look: Look) -> Verdict:
    """No other browser is installed."""
    others = [one for one in known(here(look.report.browser).browsers) if one != "firefox-esr"]
    return so(not others, _("Also installed: {names}.").format(names=shown(others)))


def no_other_policies(look: Look) -> Verdict:
    """No second policy file beside the library's."""
    others = here(look.report.browser).other_policies
    return so(not others, _("Firefox also reads {names}.").format(names=shown(others)))


def no_user_js(look: Look) -> Verdict:
    """No settings are put into the reader's profile."""
    count = here(look.report.browser).profile_user_js
    return so(not count, _("{count} profiles hold a user.js.").format(count=count))


def downloads(look: Look) -> Verdict:
    """Downloads go where they are scanned."""
    return as_declared(policies(look).downloads, look.value("browser_download_directory"))


def search(look: Look) -> Verdict:
    """The declared search engine."""
    return as_declared(policies(look).search, look.value("browser_search_engine"))


def links(look: Look) -> Verdict:
    """As many links as are declared."""
    declared = [*look.value("shortcuts_links"), *look.value("shortcuts_site_links")]
    return as_declared(policies(look).links or 0, len(declared))


CONTROLS = (
    Control(
        "browser.installed",
        Severity.GRAVE,
        mark("Firefox is installed and starts."),
        mark("Most readers come for the web."),
        DEPLOY,
        installed,
    ),
    Control(
        "browser.policy-readable",
        Severity.GRAVE,
        mark("Firefox can read the library's policy."),
        mark("One torn character switches the whole policy off, and nothing shows it."),
        DEPLOY,
        readable,
    ),
    Control(
        "browser.policy-as-declared",
        Severity.NORMAL,
        mark("The policy in force is the declared one."),
        mark("Somebody has changed what readers may do."),
        DEPLOY,
        joined,
    ),
    Control(
        "browser.home-page",
        Severity.MINOR,
        mark("Firefox opens the declared home page."),
        mark("Readers find the library's links there, also without a line."),
        DEPLOY,
        homepage,
    ),
    Control(
        "browser.addons",
        Severity.NORMAL,
        mark("Readers install no add-ons."),
        mark("An add-on reads what the next reader types."),
        DEPLOY,
        addons,
    ),
    Control(
        "browser.settings-closed",
        Severity.NORMAL,
        mark("about:config and the developer's tools are closed."),
        mark("They lead around every other policy."),
        DEPLOY,
        settings_closed,
    ),
    Control(
        "browser.keeps-nothing",
        Severity.GRAVE,
        mark("Firefox keeps no passwords and clears its traces."),
        mark("The next reader must not find the last one's accounts open."),
        DEPLOY,
        keeps_nothing,
    ),
    Control(
        "browser.only-firefox",
        Severity.NORMAL,
        mark("No other browser is installed."),
        mark("A second browser knows nothing of the policy."),
        mark("Remove it, or add it to browser_packages_absent and run the aspect browser."),
        only_firefox,
    ),
    Control(
        "browser.no-other-policies",
        Severity.NORMAL,
        mark("No other policy file lies beside the library's."),
        mark("Firefox would read the other one."),
        mark("Delete that file on the PC, then run the aspect browser."),
        no_other_policies,
    ),
    Control(
        "browser.no-user-js",
        Severity.MINOR,
        mark("No settings were put into the reader's Firefox."),
        mark("A user.js brings settings the policy does not lock."),
        mark("End the session at the PC; if it comes back, look into the home every session has."),
        no_user_js,
    ),
    Control(
        "browser.downloads",
        Severity.NORMAL,
        mark("Downloads go to the declared folder."),
        mark("Only there are they scanned as they arrive."),
        DEPLOY,
        downloads,
    ),
    Control(
        "browser.search",
        Severity.MINOR,
        mark("Firefox searches with the declared engine."),
        mark("Readers know that page."),
        DEPLOY,
        search,
    ),
    Control(
        "browser.links",
        Severity.MINOR,
        mark("Firefox shows as many links as are declared."),
        mark("Readers look there for the public services."),
        mark("Run: pyinfra inventory deploys/shortcuts.py --limit {host}"),
        links,
    ),
)
