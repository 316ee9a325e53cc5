"""Rules of the pull aspect: where from, signed by whom, and what else follows from pulling."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from inventory.rules.access import authorized_keys_are_keys
from inventory.rules.forms import HOST
from inventory.rules.registry import Variables, Wrong, rule, rule_for
from inventory.words import _

_WAYS = ("https", "http", "git")


@rule("pull_repository")
def repository_is_a_url(url: str) -> Iterator[Wrong]:
    """Blank, or a URL git can fetch by without a password."""
    if not url:
        return
    parts = urlsplit(url)
    if parts.scheme not in _WAYS or not parts.hostname or re.search(r"[\s\"\\]", url):
        wrong = _("{value} is not the address of a repository").format(value=url)
        yield Wrong(wrong, _('Write "https://may-chu.example/benvung.git"; http:// or git:// too.'))
    elif parts.username or parts.password:
        wrong = _("a name or password stands in the address")
        mend = _("Publish it readable: the secrets in it are encrypted, the address is not.")
        yield Wrong(wrong, mend)


@rule("pull_branch")
def branch_is_a_name(branch: str) -> Iterator[Wrong]:
    """A plain name of a branch."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*([./][A-Za-z0-9_-]+)*", branch):
        wrong = _("{value} is not the name of a branch").format(value=branch)
        yield Wrong(wrong, _('Write "main" and the like.'))


@rule("pull_signers")
def signers_are_keys(keys: list[str]) -> Iterator[Wrong]:
    """Each is one public key as OpenSSH writes it, and none is there twice."""
    yield from authorized_keys_are_keys(keys)


@rule_for("pull_mode", "pull_repository", "pull_signers")
def a_pulling_site_says_from_where_and_from_whom(variables: Variables) -> Iterator[Wrong]:
    """A site that pulls names its repository and at least one signer."""
    if variables["pull_mode"] != "pull":
        return
    if not variables["pull_repository"]:
        mend = _("Declare where the repository is published.")
        yield Wrong(_("the site pulls, and from nowhere"), mend, (), "pull_repository")
    if not variables["pull_signers"]:
        mend = _("Declare the public key you sign commits with (docs/handbook/pull.md).")
        yield Wrong(_("the site pulls, and nobody may sign"), mend, (), "pull_signers")


@rule("pull_inbox")
def inbox_is_a_host(inbox: str) -> Iterator[Wrong]:
    """Blank, a name, or name:port."""
    host, colon, port = inbox.partition(":")
    good = HOST.fullmatch(host) and (not colon or (port.isdecimal() and 0 < int(port) < 1 << 16))
    if inbox and not good:
        wrong = _("{value} is not a name or name:port").format(value=inbox)
        yield Wrong(wrong, _('Write "may-chu.example" or "may-chu.example:2222", or "" for none.'))


@rule("pull_inbox_host_key")
def host_key_is_a_key(key: str) -> Iterator[Wrong]:
    """Blank, or the type and the key alone."""
    if key and (list(authorized_keys_are_keys([key])) or len(key.split()) != len(("type", "key"))):
        mend = _("Write type and key, without name: ssh-ed25519 AAAA…")
        yield Wrong(_("this is not a public host key"), mend)


@rule_for("pull_inbox", "pull_inbox_host_key")
def an_inbox_is_known_by_its_key(variables: Variables) -> Iterator[Wrong]:
    """Reports go to nobody whose key is not pinned."""
    if bool(variables["pull_inbox"]) != bool(variables["pull_inbox_host_key"]):
        wrong = _("the inbox and its host key belong together")
        mend = _("Declare both, or neither.")
        yield Wrong(wrong, mend, (), "pull_inbox_host_key")


@rule_for("pull_mode", "access_management_addresses")
def nothing_comes_in_where_nobody_comes(variables: Variables) -> Iterator[Wrong]:
    """At a pull site SSH is for the technician on site: it is never open to any address."""
    if variables["pull_mode"] == "pull" and not variables["access_management_addresses"]:
        wrong = _("the site pulls, and SSH would be open to any address")
        mend = _("Declare the addresses you come from when you are there: the room's own network.")
        yield Wrong(wrong, mend, (), "access_management_addresses")


@rule_for(
    "pull_mode",
    "pull_limit_minutes",
    "pull_jitter_minutes",
    "updates_limit_minutes",
    "power_closing_limit_minutes",
)
def closing_leaves_time_for_pulling(variables: Variables) -> Iterator[Wrong]:
    """Waiting, applying and updating fit into the closing."""
    if variables["pull_mode"] != "pull":
        return
    names = ("pull_jitter_minutes", "pull_limit_minutes", "updates_limit_minutes")
    needed = sum(variables[name] for name in names)
    if variables["power_closing_limit_minutes"] <= needed:
        wrong = _("closing ends before pulling and updating may ({minutes} minutes)")
        mend = _("Let power_closing_limit_minutes be more, or the limits less.")
        name = "power_closing_limit_minutes"
        yield Wrong(wrong.format(minutes=needed), mend, (), name)
