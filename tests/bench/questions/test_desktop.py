"""Desktop: Vietnamese, typing, office suite, printers."""

import re

from testinfra.host import Host

from inventory.records import Workstation
from tests.bench.questions.conftest import runs

UNIKEY = "/usr/local/share/benvung/home/.config/fcitx5/conf/unikey.conf"


def test_language(host: Host, declared: Workstation) -> None:
    setting = host.file("/etc/default/locale").content_string
    assert re.search(rf'^LANG="?{declared.variables["desktop_locale"]}"?$', setting, re.MULTILINE)


def test_locale_made(host: Host, declared: Workstation) -> None:
    wanted = declared.variables["desktop_locale"].replace("UTF-8", "utf8")
    assert wanted in host.check_output("locale -a").split()


def test_time_zone(host: Host, declared: Workstation) -> None:
    wanted = f"/usr/share/zoneinfo/{declared.variables['desktop_time_zone']}"
    assert host.file("/etc/localtime").linked_to == wanted


def test_typing(host: Host) -> None:
    assert host.package("fcitx5").is_installed


def test_typing_method(host: Host, declared: Workstation) -> None:
    method = re.search(r"^InputMethod=(\w+)", host.file(UNIKEY).content_string, re.MULTILINE)
    assert method
    assert method[1].lower() == declared.variables["desktop_typing"]


def test_office(host: Host) -> None:
    assert host.exists("libreoffice")


def test_print_service(host: Host) -> None:
    runs(host, "cups.service")


def test_printers(host: Host, declared: Workstation) -> None:
    wanted = {one["name"] for one in declared.variables["desktop_printers"]}
    queues = host.run("lpstat -p").stdout
    assert set(re.findall(r"^printer (\S+) ", queues, re.MULTILINE)) == wanted


def test_printers_run(host: Host) -> None:
    assert "disabled since" not in host.run("lpstat -p").stdout


def test_no_mail_server(host: Host) -> None:
    assert not host.file("/usr/sbin/sendmail").exists
