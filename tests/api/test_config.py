# SPDX-License-Identifier: Apache-2.0
"""`apachectl configtest` finds whatever is wrong with a site, names file and line, and connects to nothing."""

import os
import re
import shutil
import subprocess

import pytest

from tests.stack import preloaded

HTTPD = next((p for p in map(shutil.which, ("apache2", "httpd", "/usr/sbin/apache2")) if p), "/usr/sbin/apache2")

GOOD = """WallEngine On
WallSite wall
WallBaseURL http://localhost:8080
WallAppsHost apps.localhost:8080
WallSecretFile secret
WallRedis unix:/nowhere/redis.sock
DBDriver mysql
DBDParams "sock=/nowhere/mysql.sock user=nobody dbname=nothing reconnect=0 fldsz=20480"
WallClientRoot client
"""


class Config:
    """A configuration of its own: httpd.conf with one virtual host that includes site.conf."""

    def __init__(self, folder, module, modules):
        self.folder, self.module, self.modules = folder, module, modules
        self.site = os.path.join(folder, "site.conf")
        self.without = ()
        secret = os.path.join(folder, "secret")
        with open(secret, "w", encoding="ascii") as file:
            file.write("0123456789abcdef" * 4 + "\n")
        os.chmod(secret, 0o640)

    def test(self, site=GOOD, main="", inside="Include site.conf", host="*:8080"):
        """Runs `httpd -t`; (ok, what it said)."""
        with open(self.site, "w", encoding="utf-8") as file:
            file.write(site)
        loads = "\n".join(f"LoadModule {name}_module {self.modules}/mod_{name}.so"
                          for name in ("mpm_event", "authz_core", "dbd") if name not in self.without)
        main_file = os.path.join(self.folder, "httpd.conf")
        with open(main_file, "w", encoding="utf-8") as file:
            file.write(f'ServerRoot "{self.folder}"\nServerName localhost\nListen 127.0.0.1:8080\n'
                       f"PidFile pid\nErrorLog /dev/stderr\n{loads}\n"
                       f'LoadModule wall_module "{self.module}"\n{main}\n'
                       f"<VirtualHost {host}>\nServerName localhost\n{inside}\n</VirtualHost>\n")
        done = subprocess.run([HTTPD, "-t", "-f", main_file], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20, check=False,
                              env={**os.environ, **preloaded()})
        return done.returncode == 0, done.stdout

    def refused(self, line, *words, **kw):
        """The test fails and names site.conf, the line and the words."""
        ok, said = self.test(**kw)
        assert not ok, said
        assert (f"{self.site}:{line}:" in said
                or re.search(rf"line {line} of {re.escape(self.site)}:", said)), said
        for word in words:
            assert word in said, said


@pytest.fixture
def config(stack, tmp_path):
    with open(os.path.join(stack.folder, "etc", "httpd.conf"), encoding="utf-8") as file:
        modules = re.search(r"LoadModule mpm_event_module (\S+)/mod_mpm_event.so", file.read())[1]
    with open(os.path.join(stack.folder, "etc", "sites", "wall.conf"), encoding="utf-8") as file:
        client = re.search(r"WallClientRoot (\S+)", file.read())[1]
    os.symlink(client, tmp_path / "client")
    return Config(str(tmp_path), os.path.join(stack.folder, "lib", "mod_wall.so"), modules)


def changed(name, value):
    """GOOD with one directive changed, or taken out (None), and the line it stands at."""
    lines, at = GOOD.splitlines(), 0
    for number, line in enumerate(lines, 1):
        if line.split()[0] == name:
            at = number
            lines[number - 1] = "# gone" if value is None else f"{name} {value}"
    if not at:
        lines.append(f"{name} {value}")
        at = len(lines)
    return "\n".join(lines) + "\n", at


def test_good(config):
    ok, said = config.test()
    assert ok, said


def test_the_client_is_where_it_is_installed(config, stack):
    """What `make install` of this very build would do, whatever --prefix it was given."""
    asked = subprocess.run(["make", "-s", "-C", stack.build, "--eval", "where:;@echo $(clientdir)", "where"],
                           stdout=subprocess.PIPE, text=True, check=True, timeout=60,
                           env={name: value for name, value in os.environ.items() if name != "MAKEFLAGS"})
    folder = asked.stdout.strip()
    assert os.path.isabs(folder)
    ok, said = config.test(site=changed("WallClientRoot", None)[0])
    there = os.path.exists(os.path.join(folder, "assets.json"))
    assert ok if there else f"WallClientRoot holds no built client: {folder}/" in said, said


def test_off_needs_nothing(config):
    ok, said = config.test(site="WallEngine Off\n")
    assert ok, said


WRONG = [
    ("WallEngine", "Perhaps"), ("WallSite", "Not/A/Name"), ("WallSite", "x" * 33), ("WallBaseURL", "wall.example.org"),
    ("WallBaseURL", "ftp://wall.example.org"), ("WallRedis", "unix:"), ("WallRedis", "somewhere"),
    ("WallAppsHost", "http://apps"), ("WallOllamaURL", "nonsense"), ("WallOllamaContext", "12"),
    ("WallOllamaContext", "many"), ("WallOllamaTimeout", "0"), ("WallAIWorkers", "65"), ("WallJobLease", "1"),
    ("WallJobAttempts", "0"), ("WallBricksWelcome", "-1"), ("WallTokensPerBrick", "0"),
    ("WallBricksMaxPerJob", "0"), ("WallMaxBody", "1023"), ("WallMaxBody", "1e6"), ("WallMaxAppSize", "1"),
    ("WallSessionDays", "366"), ("WallRateFactor", "0"), ("WallOllamaModel", '""'),
]


@pytest.mark.parametrize("name, value", WRONG)
def test_wrong_value(config, name, value):
    site, line = changed(name, value)
    config.refused(line, name, site=site)


@pytest.mark.parametrize("name", ["WallSite", "WallBaseURL", "WallAppsHost", "WallSecretFile"])
def test_missing_value(config, name):
    config.refused(1, name, site=changed(name, None)[0])


def test_unknown_directive(config):
    config.refused(10, "WallNonsense", site=GOOD + "WallNonsense On\n")


def test_two_values(config):
    site, line = changed("WallSite", "one two")
    config.refused(line, "WallSite", site=site)


def test_all_problems_at_once(config):
    site = "\n".join(line for line in GOOD.splitlines() if not line.startswith(("WallSite", "DBD"))) + "\n"
    ok, said = config.test(site=site)
    assert not ok and "WallSite" in said and "DBDriver" in said


def test_base_url_with_a_path(config):
    site, line = changed("WallBaseURL", "http://localhost:8080/wall")
    config.refused(line, "WallBaseURL", site=site)


@pytest.mark.parametrize("text, mode", [("short", 0o640), ("0" * 63 + "g", 0o640), ("0" * 64, 0o644), (None, 0)])
def test_secret(config, text, mode):
    secret = os.path.join(config.folder, "secret")
    os.remove(secret)
    if text is not None:
        with open(secret, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(secret, mode)
    config.refused(5, "WallSecretFile")


def test_no_client(config):
    os.remove(os.path.join(config.folder, "client"))
    config.refused(9, "WallClientRoot")


def test_no_mod_dbd(config):
    config.without = ("dbd",)
    site = "\n".join(line for line in GOOD.splitlines() if not line.startswith("DBD")) + "\n"
    config.refused(1, "mod_dbd", site=site)


def test_no_driver(config):
    config.refused(1, "DBDriver", site=changed("DBDriver", None)[0])


def test_other_driver(config):
    site, line = changed("DBDriver", "sqlite3")
    ok, said = config.test(site=site)
    assert not ok and ("DBDriver" in said or "sqlite3" in said)


def test_no_params(config):
    config.refused(1, "DBDParams", site=changed("DBDParams", None)[0])


@pytest.mark.parametrize("params, word", [
    ('"sock=/x user=y dbname=z fldsz=20480"', "reconnect=0"),
    ('"sock=/x user=y dbname=z reconnect=0"', "fldsz=20480"),
    ('"sock=/x user=y dbname=z reconnect=0 fldsz=100"', "fldsz=20480"),
])
def test_params(config, params, word):
    site, line = changed("DBDParams", params)
    config.refused(line, "DBDParams", word, site=site)


def test_connections_are_kept(config):
    site, line = changed("DBDPersist", "Off")
    config.refused(line, "DBDPersist", site=site)
    ok, said = config.test(site=changed("DBDPersist", "On")[0])
    assert ok, said


def test_globals_are_inherited(config):
    shared = "WallRedis unix:/nowhere/redis.sock\nWallMaxBody 4096\n"
    site = changed("WallRedis", None)[0]
    ok, said = config.test(site=site, main=shared)
    assert ok, said


def test_database_of_the_main_server_serves_all(config):
    database = "\n".join(line for line in GOOD.splitlines() if line.startswith("DBD"))
    site = "\n".join(line for line in GOOD.splitlines() if not line.startswith("DBD")) + "\n"
    ok, said = config.test(site=site, main=database)
    assert ok, said


def test_database_of_another_host_does_not(config):
    database = "\n".join(line for line in GOOD.splitlines() if line.startswith("DBD"))
    site = "\n".join(line for line in GOOD.splitlines() if not line.startswith("DBD")) + "\n"
    other = f"<VirtualHost *:8081>\nServerName other\n{database}\n</VirtualHost>\n"
    config.refused(1, "DBDriver", site=site, main=other)


def test_site_given_for_the_whole_server(config):
    ok, said = config.test(main="Include site.conf", inside="# nothing of its own")
    assert ok, said


def test_not_in_a_directory(config):
    ok, said = config.test(inside="Include site.conf\n<Location />\nWallSite other\n</Location>")
    assert not ok and "WallSite" in said and "not allowed" in said


@pytest.mark.parametrize("line, words", [
    ("google id", "WallOAuthProvider"),
    ("google id the-secret-itself", "absolute name of the file"),
    ("work id none", "issuer="),
    ("work id none issuer=http://id.example.org", "not an https address"),
    ("work id none issuer=https://id.example.org colour=red", 'does not know "colour=red"'),
    ("Work id none issuer=https://id.example.org", "a-z, 0-9 and -"),
    ("github id none issuer=https://github.com", "not an OpenID Connect provider"),
    ("telegram 7 none", "bot's token"),
    ("github id /nowhere/secret", "No such file"),
    ('work "" none issuer=https://id.example.org', "client id"),
])
def test_providers_to_sign_in_with(config, line, words):
    at = len(GOOD.splitlines()) + 2
    good = "WallOAuthProvider vk id none\n"
    config.refused(at, words, site=f"{GOOD}{good}WallOAuthProvider {line}\n")
    ok, said = config.test(site=f"{GOOD}{good}WallOAuthProvider work id none issuer=https://id.example.org \"label=At work\"\n")
    assert ok, said


def test_a_provider_is_given_once_and_its_secret_is_secret(config):
    at = len(GOOD.splitlines()) + 2
    config.refused(at, "given twice for vk", site=f"{GOOD}WallOAuthProvider vk id none\nWallOAuthProvider vk id none\n")
    secret = os.path.join(config.folder, "bot")
    with open(secret, "w", encoding="ascii") as file:
        file.write("8:token\n")
    os.chmod(secret, 0o644)
    site = f"{GOOD}WallOAuthProvider vk id none\nWallOAuthProvider telegram 7 {secret}\n"
    config.refused(at, "0640", site=site)
    os.chmod(secret, 0o640)
    config.refused(at, "begins with the bot's id", site=site)
