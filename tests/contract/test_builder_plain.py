"""The plain builder: what it refuses, what it leaves out, and that it never runs anything."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from aslo.adapters import builder_plain
from aslo.adapters.builder_plain import PlainBuilder
from aslo.domain.errors import BuilderError, BuildFailedError
from aslo.ports import Limits
from fixtures.trees import (
    COMMITTED_AT,
    Link,
    Program,
    commit_all,
    git,
    make_repository,
    plain_activity,
    translation,
    write_files,
)


class Bench:
    """A repository to change, a builder for it, and what the builder said."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "tree"
        self.into = folder / "into"
        self.into.mkdir()
        self.log: list[str] = []
        make_repository(self.tree, plain_activity())

    def add(self, name: str, content: str | bytes | Link | Program) -> None:
        write_files(self.tree, {name: content})
        commit_all(self.tree, f"with-{len(git(self.tree, 'tag').split())}")

    def build(self, limits: Limits | None = None) -> dict[str, bytes]:
        bundle = PlainBuilder(limits or Limits()).build(self.tree, self.into, self.log.append)
        assert list(self.into.iterdir()) == [bundle]
        with zipfile.ZipFile(bundle) as archive:
            names = archive.namelist()
            assert len(names) == len(set(names))
            return {name.partition("/")[2]: archive.read(name) for name in names}

    def refusal(self, limits: Limits | None = None) -> BuildFailedError:
        with pytest.raises(BuildFailedError) as caught:
            self.build(limits)
        assert list(self.into.iterdir()) == []
        assert all(problem.remedy for problem in caught.value.problems)
        return caught.value


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def running(word: str) -> list[str]:
    """The commands of all processes that name the word."""
    commands = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            commands.append((process / "cmdline").read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return [command for command in commands if word in command]


def test_entries_are_sorted_dated_by_the_commit_and_have_gits_modes(bench: Bench):
    bench.add("run.sh", Program("#!/bin/sh\n"))

    bench.build()

    with zipfile.ZipFile(bench.into / "Plain-1.xo") as archive:
        infos = archive.infolist()
    names = [info.filename for info in infos]
    assert names == sorted(names)
    assert {info.date_time for info in infos} == {(2023, 11, 14, 22, 13, 20)}
    assert COMMITTED_AT == 1_700_000_000
    modes = {info.filename: info.external_attr >> 16 for info in infos}
    assert modes["Plain.activity/run.sh"] == 0o100755
    assert modes["Plain.activity/activity.py"] == 0o100644


def test_modes_and_times_of_the_checkout_change_nothing(bench: Bench):
    first = bench.build()
    bytes_before = (bench.into / "Plain-1.xo").read_bytes()
    (bench.into / "Plain-1.xo").unlink()
    (bench.tree / "activity.py").chmod(0o600)
    os.utime(bench.tree / "activity.py", (1, 1))

    assert bench.build() == first
    assert (bench.into / "Plain-1.xo").read_bytes() == bytes_before


def test_a_file_that_git_does_not_list_is_not_packed(bench: Bench):
    (bench.tree / "notes.txt").write_text("private")

    assert "notes.txt" not in bench.build()


def test_a_link_to_a_file_of_the_tree_becomes_that_file(bench: Bench):
    bench.add("lib/again.py", Link("../activity.py"))

    assert bench.build()["lib/again.py"] == (bench.tree / "activity.py").read_bytes()


@pytest.mark.case("D26", "D42", "T30")
@pytest.mark.parametrize(
    ("target", "cause"),
    [
        ("/etc/passwd", "leads out of the tree"),
        ("../../../../../../../../etc/passwd", "leads out of the tree"),
        ("/proc/self/environ", "leads out of the tree"),
        (".git/config", "leads out of the tree"),
        ("missing", "leads nowhere"),
        ("link", "leads nowhere"),
        ("activity", "neither a file nor a link to one"),
        ("/dev/zero", "leads out of the tree"),
    ],
)
def test_a_link_to_anything_else_is_refused_by_name(bench: Bench, target: str, cause: str):
    bench.add("link", Link(target))

    (problem,) = bench.refusal().problems
    assert problem.file == "link"
    assert cause in problem.message


def test_every_unusable_file_is_told_at_once(bench: Bench):
    bench.add("one", Link("/etc/passwd"))
    bench.add("two", Link("nowhere"))

    assert {problem.file for problem in bench.refusal().problems} == {"one", "two"}


def test_an_unusable_file_that_is_not_packed_is_no_trouble(bench: Bench):
    bench.add("screenshots/1.png", Link("/etc/passwd"))

    assert "screenshots/1.png" not in bench.build()


@pytest.mark.case("T30")
def test_a_folder_replaced_by_a_link_leads_out_of_the_tree(bench: Bench, tmp_path: Path):
    bench.add("data/secret.txt", "ours")
    outside = tmp_path / "outside"
    write_files(outside, {"secret.txt": "theirs"})
    (bench.tree / "data/secret.txt").unlink()
    (bench.tree / "data").rmdir()
    (bench.tree / "data").symlink_to(outside)

    assert "leads out of the tree" in bench.refusal().problems[0].message


@pytest.mark.case("T30")
def test_a_pipe_is_refused_and_not_waited_for(bench: Bench):
    (bench.tree / "activity.py").unlink()
    os.mkfifo(bench.tree / "activity.py")

    (problem,) = bench.refusal().problems
    assert problem.file == "activity.py"


@pytest.mark.case("T36")
def test_a_submodule_is_refused_by_name(bench: Bench):
    commit = git(bench.tree, "rev-parse", "HEAD").strip()
    git(bench.tree, "update-index", "--add", "--cacheinfo", f"160000,{commit},library")
    git(bench.tree, "commit", "--quiet", "--message=Add a submodule")

    (problem,) = bench.refusal().problems
    assert problem.file == "library"
    assert "submodule" in problem.message


def test_a_committed_locale_folder_is_made_anew(bench: Bench):
    bench.add("po/es.po", translation("es", {"Plain": "Llano"}))
    bench.add("locale/es/activity.linfo", "[Activity]\nname = Viejo\n")
    bench.add("locale/fr/activity.linfo", "[Activity]\nname = Vieux\n")

    files = bench.build()

    assert files["locale/es/activity.linfo"] == b"[Activity]\nname = Llano\nsummary = \n"
    assert "locale/fr/activity.linfo" not in files
    assert any("locale/" in line and "remove the folder" in line for line in bench.log)


def test_a_committed_locale_folder_is_kept_where_there_is_no_po_folder(bench: Bench):
    bench.add("locale/es/activity.linfo", "[Activity]\nname = Llano\n")

    assert bench.build()["locale/es/activity.linfo"] == b"[Activity]\nname = Llano\n"


@pytest.mark.case("D45")
@pytest.mark.parametrize(
    "source",
    [
        translation("es", {"Plain": "Llano"}) + '\nmsgid "Plain"\nmsgstr "Otra vez"\n',
        translation("es", {"Plain": "Llano"}).replace("charset=UTF-8", "charset=CHARSET"),
        'msgid ""\nmsgstr ""\n"Language: es\\n"\n\nmsgid "Plain"\nmsgstr "Llaño"\n',
        translation("es", {"Plain": "Llaño"}).encode("latin-1"),
        translation("es", {"Plain": 'Lla"no'}),
        "<<<<<<< HEAD\n" + translation("es", {"Plain": "Llano"}),
        "",
        "/etc/passwd",
        b"\x00\xff" * 100,
    ],
    ids=[
        "duplicate",
        "unknown-charset",
        "no-charset",
        "other-charset",
        "quote",
        "conflict",
        "empty",
        "path",
        "binary",
    ],
)
def test_a_bad_translation_is_left_out_and_logged(bench: Bench, source: str | bytes):
    bench.add("po/fr.po", translation("fr", {"Plain": "Simple"}))
    bench.add("po/es.po", source)

    files = bench.build()

    assert [name for name in files if name.startswith("locale/")] == [
        "locale/fr/LC_MESSAGES/org.example.Plain.mo",
        "locale/fr/activity.linfo",
    ]
    assert any(line.startswith("warning: po/es.po is left out: ") for line in bench.log)


def test_a_tree_without_activity_info_is_refused(bench: Bench):
    git(bench.tree, "rm", "--quiet", "activity/activity.info")
    git(bench.tree, "commit", "--quiet", "--message=Forget it")

    (problem,) = bench.refusal().problems
    assert (problem.code, problem.file) == ("no-info", "activity/activity.info")


def test_all_that_keeps_a_bundle_from_having_a_name_is_told_with_its_line(bench: Bench):
    bench.add("activity/activity.info", "[Activity]\nname = A\nactivity_version = v01\n")

    problems = bench.refusal().problems

    told = {(problem.code, problem.line) for problem in problems}
    assert {("bad-version", 3), ("no-bundle-id", None)} <= told


@pytest.mark.case("D31", "T27")
@pytest.mark.parametrize(
    "name", ["../../../../etc/cron.d/x", "a/b", "/", "x" * 300, "語" * 99], ids=range(5)
)
def test_a_name_never_leads_the_bundle_elsewhere(bench: Bench, name: str):
    bench.add("activity/activity.info", plain_activity(name=name)["activity/activity.info"])

    assert bench.refusal().problems[0].file == "activity/activity.info"


def test_a_repository_that_wants_its_setup_run_is_sent_to_a_sandbox(bench: Bench):
    bench.add(".aslo.toml", "[build]\nrun-setup = true\n")

    (problem,) = bench.refusal().problems
    assert problem.code == "setup-not-run"
    assert "docker or bubblewrap" in problem.remedy


def test_bad_settings_are_refused_with_their_line(bench: Bench):
    bench.add(".aslo.toml", "[build]\nrun-setpu = true\n")

    (problem,) = bench.refusal().problems
    assert (problem.file, problem.line) == (".aslo.toml", 2)


def test_a_folder_without_git_is_refused(bench: Bench):
    (bench.tree / ".git").rename(bench.tree / "gone")

    assert bench.refusal().problems[0].code == "no-work-tree"


def test_a_repository_without_a_commit_is_refused(bench: Bench, tmp_path: Path):
    bench.tree = tmp_path / "new"
    bench.tree.mkdir()
    git(bench.tree, "init", "--quiet")

    assert bench.refusal().problems[0].code == "no-work-tree"


def test_a_tree_beyond_the_disk_limit_is_refused_by_its_largest_file(bench: Bench):
    bench.add("film.ogv", b"0" * 200_000)

    (problem,) = bench.refusal(Limits(disk_bytes=100_000)).problems
    assert (problem.code, problem.file) == ("tree-too-large", "film.ogv")


def test_a_tree_that_takes_more_memory_than_allowed_is_refused(bench: Bench):
    bench.add("po/es.po", b"#\n" * 15_000_000)

    (problem,) = bench.refusal(Limits(memory_bytes=150_000_000)).problems
    assert problem.code == "tree-too-large"
    assert "memory" in problem.message


@pytest.mark.case("T32")
def test_a_build_that_takes_too_long_is_ended_with_all_its_processes(bench: Bench):
    (bench.tree / ".git/index").unlink()
    os.mkfifo(bench.tree / ".git/index")

    (problem,) = bench.refusal(Limits(build_seconds=1)).problems

    assert problem.code == "build-time"
    assert running(str(bench.tree)) == []


def traps(canary: Path) -> dict[str, Callable[[Path], None]]:
    """Ways in which a repository could have something run that touches the canary."""

    def script(tree: Path) -> Path:
        path = tree / ".git/trap"
        write_files(tree, {".git/trap": Program(f"#!/bin/sh\ntouch '{canary}'\n")})
        return path

    def setting(name: str) -> Callable[[Path], None]:
        return lambda tree: void(git(tree, "config", name, str(script(tree))))

    def signatures(tree: Path) -> None:
        git(tree, "config", "log.showSignature", "true")
        git(tree, "config", "gpg.program", str(script(tree)))
        (tree / "signed").write_text(
            git(tree, "cat-file", "commit", "HEAD").replace(
                "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n x\n\n", 1
            )
        )
        commit = git(tree, "hash-object", "-t", "commit", "-w", "--literally", "signed").strip()
        git(tree, "update-ref", "HEAD", commit)

    def filters(tree: Path) -> None:
        write_files(tree, {".gitattributes": "* filter=trap diff=trap\n"})
        commit_all(tree, "filtered")
        for name in ("filter.trap.clean", "filter.trap.smudge", "diff.trap.textconv"):
            git(tree, "config", name, str(script(tree)))
        os.utime(tree / "activity.py", (1, 1))

    def hooks(tree: Path) -> None:
        for name in ("post-index-change", "reference-transaction", "post-checkout", "fsmonitor"):
            (tree / ".git/hooks").mkdir(exist_ok=True)
            (tree / ".git/hooks" / name).symlink_to(script(tree))

    def modules(tree: Path) -> None:
        code = f"open({str(canary)!r}, 'w')\n"
        names = ("setup.py", "sitecustomize.py", "usercustomize.py", "polib.py", "json.py")
        write_files(tree, dict.fromkeys(names, code))
        commit_all(tree, "modules")

    return {
        "core.fsmonitor": setting("core.fsmonitor"),
        "core.pager": setting("core.pager"),
        "core.sshCommand": setting("core.sshCommand"),
        "core.alternateRefsCommand": setting("core.alternateRefsCommand"),
        "alias.ls-files": setting("alias.ls-files"),
        "signatures": signatures,
        "filters": filters,
        "hooks": hooks,
        "modules": modules,
    }


def void(_: object) -> None:
    """Nothing, whatever is given."""


@pytest.mark.parametrize("trap", sorted(traps(Path())))
def test_nothing_of_the_repository_is_run(bench: Bench, tmp_path: Path, trap: str):
    canary = tmp_path / "canary"
    traps(canary)[trap](bench.tree)

    bench.build()

    assert not canary.exists()


@pytest.mark.case("T36")
def test_a_repository_cannot_point_git_at_another_folder(bench: Bench, tmp_path: Path):
    other = make_repository(tmp_path / "other", {"secret.txt": "theirs"})
    git(bench.tree, "config", "core.worktree", str(other))

    files = bench.build()

    assert "secret.txt" not in files
    assert "activity.py" in files


def test_nothing_of_our_environment_reaches_the_process(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    canary = tmp_path / "canary"
    write_files(tmp_path, {"evil/sitecustomize.py": f"open({str(canary)!r}, 'w')\n"})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "evil"))
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", f"touch {canary}")

    bench.build()

    assert not canary.exists()


def test_a_build_that_prints_too_much_is_ended(bench: Bench):
    for lang in ("aa", "bb", "cc", "dd"):
        write_files(bench.tree, {f"po/{lang}.po": "bad"})
    commit_all(bench.tree, "bad")

    (problem,) = bench.refusal(Limits(log_bytes=100)).problems

    assert problem.code == "build-log"
    assert sum(map(len, bench.log)) <= 100


def test_it_is_there_where_git_is(monkeypatch: pytest.MonkeyPatch):
    assert PlainBuilder(Limits()).available() is None

    monkeypatch.setattr(builder_plain, "GIT_PATH", "/nonexistent")

    assert "apt-get install git" in (PlainBuilder(Limits()).available() or "")


def test_a_process_that_leaves_no_result_is_our_own_fault(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(builder_plain, "_PROGRAM", ("/bin/false",))

    with pytest.raises(BuilderError, match="no result"):
        bench.build()
