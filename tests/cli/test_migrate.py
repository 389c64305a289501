"""`aslo migrate`: what an operator is told."""


def test_a_record_is_made_and_then_there_is_nothing_to_do(aslo, tmp_path):
    store = f"sqlite:{tmp_path / 'aslo.db'}"
    first = aslo("migrate", ASLO_STORE=store)
    second = aslo("migrate", ASLO_STORE=store)

    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("schema 0 to ")
    assert second.stdout.endswith("nothing to do\n")
