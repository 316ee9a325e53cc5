"""What an enrolment reads and writes at the desk."""

import stat
import subprocess
from pathlib import Path

import paramiko
import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from typer.testing import CliRunner

from checks.cli import app
from deploys import enrol_desk as desk
from deploys.enrol_desk import Route
from deploys.refusals import EnrolRefused
from inventory.vaults import password_dir

CONFIG = """\
# How to reach each workstation.
Host thapmuoi-01
    HostName thapmuoi-01.internal

Host thapmuoi-02
  Port 2222
  # no address yet
Host thapmuoi-011
    hostname thapmuoi-011.internal
Host *
    User benvung
    UserKnownHostsFile {known_hosts}
    IdentityFile {key}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """An ssh_config with a known_hosts file and a key beside it."""
    file, key = tmp_path / "ssh_config", tmp_path / "id"
    subprocess.run(["ssh-keygen", "-qt", "ed25519", "-N", "", "-f", key], check=True)
    file.write_text(CONFIG.format(known_hosts=tmp_path / "known_hosts", key=key))
    return file


def new_key() -> paramiko.PKey:
    return paramiko.ECDSAKey.generate()


# --- ssh_config ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "address"),
    [("thapmuoi-01", "192.0.2.1"), ("thapmuoi-02", "2001:db8::2"), ("thapmuoi-011", "pc.internal")],
)
def test_the_address_of_one_workstation_is_written(config: Path, name: str, address: str) -> None:
    before = {n: desk.route(n, config) for n in ("thapmuoi-01", "thapmuoi-02", "thapmuoi-011")}
    desk.write_address(name, address, config)
    after = {n: desk.route(n, config) for n in before}
    assert after.pop(name).hostname == address
    before.pop(name)
    assert after == before
    assert config.read_text().startswith("# How to reach")
    assert "# no address yet" in config.read_text()


def test_writing_the_same_address_twice_is_writing_it_once(config: Path) -> None:
    desk.write_address("thapmuoi-02", "192.0.2.2", config)
    once = config.read_text()
    desk.write_address("thapmuoi-02", "192.0.2.2", config)
    assert config.read_text() == once


@pytest.mark.parametrize("address", ["", "a b", "-oProxyCommand=x", "x\nUser root", "$(id)"])
def test_no_address_slips_in_another_line(config: Path, address: str) -> None:
    before = config.read_text()
    with pytest.raises(EnrolRefused, match="is no address"):
        desk.write_address("thapmuoi-01", address, config)
    assert config.read_text() == before


def test_a_workstation_without_a_section_is_named(config: Path) -> None:
    with pytest.raises(EnrolRefused, match="has no section `Host thapmuoi-09`"):
        desk.write_address("thapmuoi-09", "192.0.2.9", config)


def test_an_ssh_config_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(EnrolRefused, match="cannot be read"):
        desk.route("thapmuoi-01", tmp_path / "nowhere")


# --- known_hosts ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["thapmuoi-01", "thapmuoi-02"])
def test_ssh_itself_finds_the_pinned_key(config: Path, name: str) -> None:
    target = desk.route(name, config)
    target.known_hosts.write_text("# pinned keys\nothers.internal ssh-ed25519 AAAA")
    key = new_key()
    desk.pin(target, key)
    assert target.known_hosts.read_text().startswith("# pinned keys\nothers.internal ssh-ed25519")
    asked = ["ssh-keygen", "-f", str(target.known_hosts), "-F", target.pinned_as]
    found = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert key.get_base64() in found
    assert desk.pinned_keys(target) == {key.get_name(): key}


def test_a_port_of_its_own_belongs_to_the_name(config: Path) -> None:
    assert desk.route("thapmuoi-02", config).pinned_as == "[thapmuoi-02]:2222"


def test_nothing_is_pinned_before_the_first(config: Path) -> None:
    assert desk.pinned_keys(desk.route("thapmuoi-01", config)) == {}


# --- public keys ---------------------------------------------------------------------


@pytest.fixture
def target(config: Path) -> Route:
    return desk.route("thapmuoi-01", config)


def test_the_key_ssh_config_names_is_the_default(target: Route) -> None:
    (identity,) = target.identities
    own = Path(f"{identity}.pub").read_text().strip()
    assert desk.public_keys([], [], target) == [own]


def test_declared_keys_are_the_only_ones(target: Route) -> None:
    assert desk.public_keys([], ["ssh-ed25519 AAAA x"], target) == ["ssh-ed25519 AAAA x"]
    with pytest.raises(EnrolRefused, match="leave --key out"):
        desk.public_keys([Path("k.pub")], ["ssh-ed25519 AAAA x"], target)


def test_a_private_key_is_not_sent(target: Route) -> None:
    with pytest.raises(EnrolRefused, match="not one public key"):
        desk.public_keys(list(target.identities), [], target)


def test_no_key_at_all_is_said(target: Route) -> None:
    Path(f"{target.identities[0]}.pub").unlink()
    with pytest.raises(EnrolRefused, match="make one with"):
        desk.public_keys([], [], target)


# --- secrets --------------------------------------------------------------------------


def secrets_of(root: Path, host: str) -> dict[str, str]:
    password = (password_dir() / host).read_bytes().strip()
    vault = root / "inventory/host_vars" / host / "vault.yml"
    return dict(
        yaml.safe_load(VaultLib([(host, VaultSecret(password))]).decrypt(vault.read_bytes()))
    )


def test_secrets_are_made_once_and_for_this_host_alone(tmp_path: Path) -> None:
    assert desk.ensure_secrets("thapmuoi-01", tmp_path)
    vault = tmp_path / "inventory/host_vars/thapmuoi-01/vault.yml"
    assert vault.read_text().splitlines()[0] == "$ANSIBLE_VAULT;1.2;AES256;thapmuoi-01"
    assert stat.S_IMODE(password_dir().stat().st_mode) == 0o700
    assert stat.S_IMODE((password_dir() / "thapmuoi-01").stat().st_mode) == 0o600
    made = secrets_of(tmp_path, "thapmuoi-01")
    assert not desk.ensure_secrets("thapmuoi-01", tmp_path)
    assert secrets_of(tmp_path, "thapmuoi-01") == made
    desk.ensure_secrets("thapmuoi-02", tmp_path)
    assert secrets_of(tmp_path, "thapmuoi-02") != made


def test_a_vault_without_a_console_password_gets_one_and_keeps_the_rest(tmp_path: Path) -> None:
    desk.ensure_secrets("thapmuoi-01", tmp_path)
    password = VaultSecret((password_dir() / "thapmuoi-01").read_bytes().strip())
    vault = tmp_path / "inventory/host_vars/thapmuoi-01/vault.yml"
    sealed = VaultLib([("thapmuoi-01", password)]).encrypt("other: 1\n", vault_id="thapmuoi-01")
    vault.write_bytes(sealed)
    assert desk.ensure_secrets("thapmuoi-01", tmp_path)
    made = secrets_of(tmp_path, "thapmuoi-01")
    assert made["other"] == 1  # type: ignore[comparison-overlap]
    assert made[desk.HASH].startswith("$2b$")


def test_the_desk_made_half_a_secret_before_it_died(tmp_path: Path) -> None:
    """The vault's password is written first; the next time it is used, not replaced."""
    desk.ensure_secrets("thapmuoi-01", tmp_path)
    before = (password_dir() / "thapmuoi-01").read_text()
    (tmp_path / "inventory/host_vars/thapmuoi-01/vault.yml").unlink()
    assert desk.ensure_secrets("thapmuoi-01", tmp_path)
    assert (password_dir() / "thapmuoi-01").read_text() == before


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("old")
    file.chmod(0o640)
    desk.replace_file(file, "mới")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("mới", 0o640)
    assert list(tmp_path.iterdir()) == [file]


# --- the command line -------------------------------------------------------------------


def test_an_unknown_workstation_is_answered_with_the_nearest() -> None:
    result = CliRunner().invoke(app, ["enrol", "thapmuoi-O1"])
    assert result.exit_code == 2
    assert "Did you mean thapmuoi-" in result.output
    assert "Traceback" not in result.output


def test_the_inventory_is_shown_with_what_is_not_declared_yet() -> None:
    result = CliRunner().invoke(app, ["inventory"])
    assert result.exit_code == 0
    assert "thanhmy-05" in result.output
    assert "access_management_addresses is empty" in " ".join(result.output.split())
