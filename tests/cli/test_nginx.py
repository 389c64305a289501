"""`aslo nginx`: what an operator asks for stands in the configuration."""

import pytest


def test_the_settings_of_the_site_are_in_it(aslo, tmp_path):
    done = aslo("nginx", ASLO_ACCEL="/_files", ASLO_FILES=f"file:{tmp_path}", ASLO_LISTEN="h:81")

    assert done.returncode == 0, done.stderr
    assert "server h:81 max_fails" in done.stdout
    assert "location /_files/ {" in done.stdout
    assert f"alias {tmp_path}/;" in done.stdout
    assert "ssl" not in done.stdout


def test_nodes_and_both_ways_in_are_as_asked_for(aslo):
    tls = ("--https", "443", "--certificate", "/c.pem", "--key", "/k.pem")
    done = aslo("nginx", "--node", "a:1", "--node", "b:2", "--http", "8080", *tls)

    assert "server a:1 " in done.stdout
    assert "server b:2 " in done.stdout
    assert "listen 8080;" in done.stdout
    assert "listen 443 ssl;" in done.stdout
    assert "ssl_certificate /c.pem;" in done.stdout
    assert "internal;\n        alias" not in done.stdout


def test_tls_without_a_certificate_is_refused(aslo):
    done = aslo("nginx", "--https", "443")

    assert done.returncode == 2
    assert "--certificate" in done.stderr


def test_nginx_can_send_no_files_that_are_in_no_folder(aslo):
    done = aslo("nginx", ASLO_ACCEL="/_files", ASLO_FILES="file:x", ASLO_WEB_THREADS="0")

    assert done.returncode == 2
    assert "ASLO_WEB_THREADS" in done.stderr


@pytest.mark.parametrize("node", ["foo", "foo:", ":80", "a:99999", "unix:"])
def test_a_node_that_is_no_address_is_refused(aslo, node):
    done = aslo("nginx", "--node", "a:1", "--node", node)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"{node!r} must be HOST:PORT or unix:PATH" in done.stderr
