"""`aslo check` as a developer runs it: what it prints, and by which exit code it ends."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aslo import problem_pages
from fixtures.broken_activities import INFO, lines, sound_activity
from fixtures.bundles import bundle, info
from fixtures.trees import commit_all, git, make_repository, write_files

SERVER = ("flask", "httpx", "PIL", "celery", "pymongo", "prometheus_client", "babel", "structlog")


@pytest.fixture
def tree(tmp_path):
    return make_repository(tmp_path / "tree", sound_activity(), "v7")


def snapshot(folder):
    """Every file, its bytes and its mode."""
    return {
        path: (path.lstat().st_mode, path.is_file() and hashlib.sha256(path.read_bytes()).digest())
        for path in folder.rglob("*")
    }


def test_a_sound_tree_is_fine_and_nothing_is_written(aslo, tree):
    before = snapshot(tree)

    done = aslo("check", tree)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "org.example.Sound 7: nothing to mend\n"
    assert snapshot(tree) == before


def test_the_folder_one_is_in_is_looked_at_if_none_is_named(aslo, tmp_path):
    make_repository(tmp_path, sound_activity(), "v7")

    assert aslo("check").stdout == "org.example.Sound 7: nothing to mend\n"


def test_everything_is_told_at_once_with_place_and_cure(aslo, tree):
    lines((4, "activity_version = 07"), (6, "icon = gone"), (8, "summary = 100%"))(tree)

    done = aslo("check", tree)

    assert done.returncode == 1
    assert done.stdout == (
        f"error: {INFO}:4: activity_version '07' is no version that Sugar can read [bad-version]\n"
        "  Write its numbers without leading zeros.\n"
        f"error: {INFO}:6: the icon 'activity/gone.svg' is not there [missing-icon]\n"
        "  Add it, or mend the key.\n"
        f"error: {INFO}:8: summary has a percent sign by itself: '100%' [bare-percent]\n"
        "  Write %% for it.\n"
        "more about one: aslo check --explain bad-version\n"
        "org.example.Sound 07: 3 errors; the store would refuse it\n"
    )


def test_a_warning_is_no_failure_unless_one_is_strict(aslo, tree):
    lines((8, None))(tree)

    assert aslo("check", tree).returncode == 0
    assert aslo("check", tree, "--strict").returncode == 1


def test_the_working_copy_counts_and_not_the_commit(aslo, tree):
    lines((4, "activity_version = 8"))(tree)

    done = aslo("check", tree)

    # The tag v7 is of the commit, so it says nothing of the version that comes next.
    assert done.stdout == "org.example.Sound 8: nothing to mend\n"


@pytest.mark.parametrize(
    ("turn", "code"),
    [(os.mkfifo, "unusable-file"), (lambda path: grow(path, 64 * 1024**3), "unpacked-too-large")],
)
def test_of_a_committed_info_that_became_a_pipe_or_a_giant_nothing_is_read(aslo, tree, turn, code):
    (tree / INFO).unlink()
    turn(tree / INFO)

    done = aslo("check", tree)

    assert done.returncode == 1
    assert f"[{code}]" in done.stdout
    assert "Traceback" not in done.stderr


def grow(path, size_bytes):
    """A file of that size, which takes no place on the disk."""
    path.touch()
    os.truncate(path, size_bytes)


def test_of_several_tags_one_that_agrees_is_enough(aslo, tree):
    git(tree, "tag", "upstream/9")
    assert aslo("check", tree, "--strict").returncode == 0
    git(tree, "tag", "--delete", "v7")

    assert "the tag upstream/9 says version 9" in aslo("check", tree).stdout


def test_a_file_that_git_does_not_know_is_pointed_out(aslo, tree):
    (tree / "forgotten.py").write_text("x")
    (tree / "ignored.pyc").write_text("x")

    done = aslo("check", tree)

    assert done.returncode == 0
    assert "note: not in git, so not in the bundle: 'forgotten.py'; add" in done.stdout
    assert "ignored" not in done.stdout


def test_a_folder_without_git_is_walked(aslo, tmp_path):
    write_files(tmp_path / "tree", sound_activity())

    done = aslo("check", "tree")

    assert done.returncode == 0
    assert done.stdout.startswith("note: the folder is no git repository")
    assert done.stdout.endswith("org.example.Sound 7: nothing to mend\n")


def test_a_setup_of_the_repository_is_not_run_and_that_is_said(aslo, tree, tmp_path):
    trap = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    write_files(tree, {"setup.py": trap, ".aslo.toml": "[build]\nrun-setup = true\n"})
    commit_all(tree, "v7.1")

    done = aslo("check", tree)

    assert done.returncode == 0
    assert "note: run-setup is set" in done.stdout
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("setting", ["core.fsmonitor", "filter.x.clean", "diff.external"])
def test_programs_that_a_repository_names_are_not_started(aslo, tree, tmp_path, setting):
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    trap.chmod(0o755)
    git(tree, "config", setting, str(trap))
    (tree / ".gitattributes").write_text("* filter=x\n")

    assert aslo("check", tree).returncode == 0
    assert not (tmp_path / "ran").exists()


def test_a_bundle_is_checked_by_the_same_rules(aslo, tmp_path):
    (tmp_path / "good.xo").write_bytes(bundle())
    (tmp_path / "bad.xo").write_bytes(bundle(info(activity_version="01")))
    (tmp_path / "cut.xo").write_bytes(bundle()[:-30])

    good, bad, cut = (aslo("check", f"{name}.xo") for name in ("good", "bad", "cut"))

    assert good.returncode == 0
    assert "[bad-icon]" in good.stdout
    assert bad.returncode == 1
    assert "error: activity/activity.info:5: activity_version '01'" in bad.stdout
    assert cut.returncode == 1
    assert "[not-a-zip]" in cut.stdout


def odd_places(folder):
    """What nobody can check, by a part of what is said of it."""
    (folder / "empty.xo").touch()
    (folder / "text.xo").write_text("no zip")
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe.xo")
    with (folder / "huge.xo").open("wb") as file:
        file.truncate(10 * 1024**3)
    return {
        "nowhere": "'nowhere' cannot be looked at: No such file or directory",
        "x" * 300: "cannot be looked at: File name too long",
        "empty.xo": "the file 'empty.xo' is empty",
        "text.xo": "the file 'text.xo' is no bundle: it is no zip file",
        "folder": "the folder 'folder' is no activity: it has no activity/activity.info",
        "pipe.xo": "'pipe.xo' is neither a folder nor an ordinary file",
        "huge.xo": "the file 'huge.xo' is no bundle: it is no zip file",
        "/dev/null": "'/dev/null' is neither a folder nor an ordinary file",
        "http://example.org/a.xo": "'http://example.org/a.xo' is no https address",
        "ftp://example.org/a.xo": "'ftp://example.org/a.xo' is no https address",
        "https:///a.xo": "'https:///a.xo' names no host",
        "https://[::1/a.xo": "is no address",
        "https://me:secret@example.org/a.xo": "the address at 'example.org' holds a user's name",
        "https://example.org/what": "neither the address of a .xo file nor of a repository at",
    }


def test_what_cannot_be_tried_is_one_clear_line_and_its_cure(aslo, tmp_path):
    for named, said in odd_places(tmp_path).items():
        done = aslo("check", named)

        assert (done.returncode, done.stdout) == (2, ""), named
        first, cure = done.stderr.splitlines()
        assert first.startswith("aslo: "), named
        assert said in first
        assert cure.endswith(".")
        assert "secret" not in done.stderr
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.parametrize("form", ["json", "sarif", "github", "text"])
def test_a_folder_below_the_top_is_told_from_the_top(aslo, tmp_path, form):
    tree = tmp_path / "activities" / "sound"
    write_files(tree, sound_activity())
    lines((4, "activity_version = 07"))(tree)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "activities")

    done = aslo("check", tree, "--format", form)

    assert done.returncode == 1
    below = "activities/sound/" if form in ("sarif", "github") else ""
    assert f"{below}activity/activity.info" in done.stdout


def test_json_has_the_documented_shape(aslo, tree):
    lines((4, "activity_version = 07"), (7, None))(tree)

    done = aslo("check", tree, "--format", "json")

    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document.pop("problems")[0] == {
        "code": "bad-version",
        "severity": "error",
        "message": "activity_version '07' is no version that Sugar can read",
        "remedy": "Write its numbers without leading zeros.",
        "file": INFO,
        "line": 4,
        "help": "https://activities.sugarlabs.org/problems/bad-version",
    }
    assert document == {
        "format": 1,
        "subject": str(tree),
        "kind": "tree",
        "bundle_id": "org.example.Sound",
        "activity_version": "07",
        "publishable": False,
        "errors": 1,
        "warnings": 1,
        "notices": [],
    }


def test_github_gets_an_annotation_for_each_problem(aslo, tree):
    (tree / "a,b:c%d.py").symlink_to("/etc/passwd")
    lines((4, "activity_version = 07"))(tree)
    git(tree, "add", "--all")

    done = aslo("check", tree, "--format", "github")

    assert done.returncode == 1
    assert done.stdout == (
        "::error file=a%2Cb%3Ac%25d.py,title=unusable-file::a,b:c%25d.py is a link that leads out "
        "of the tree%0ACommit the file itself in place of the link.\n"
        "::error file=activity/activity.info,line=4,title=bad-version::activity_version '07' is no "
        "version that Sugar can read%0AWrite its numbers without leading zeros.\n"
        "2 errors; the store would refuse it\n"
    )


def test_hostile_words_move_no_cursor_and_make_no_command(aslo, tree):
    (tree / "a\x1b[2J\n::set-env name=x::y").symlink_to("/etc/passwd")
    git(tree, "add", "--all")

    plain = aslo("check", tree).stdout
    annotated = aslo("check", tree, "--format", "github").stdout

    assert "\x1b" not in plain
    assert "a\\x1b[2J\\n::set-env" in plain
    assert not any(line.startswith("::set-env") for line in annotated.splitlines())


@pytest.mark.parametrize("form", ["text", "github"])
def test_letters_that_a_terminal_has_not_are_escaped(aslo, tree, form):
    lines((4, "activity_version = \N{DEVANAGARI LETTER KA}"))(tree)

    done = aslo("check", tree, "--format", form, PYTHONIOENCODING="latin-1")

    assert (done.returncode, done.stderr) == (1, "")
    assert "activity_version '\\u0915' is no version" in done.stdout


def test_findings_that_cannot_be_written_are_no_verdict(tree):
    command = [sys.executable, "-m", "aslo", "check", str(tree)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=-1, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr == "aslo: what was found cannot be written: No space left on device\n"


def test_colours_are_for_terminals_that_want_them(tree):
    lines((4, "activity_version = 07"))(tree)

    def shown(**environ):
        leader, follower = os.openpty()
        command = [sys.executable, "-m", "aslo", "check", str(tree)]
        subprocess.run(command, stdout=follower, env=os.environ | environ, check=False)
        os.close(follower)
        try:
            return os.read(leader, 65536).decode()
        finally:
            os.close(leader)

    assert "\x1b[31merror:" in shown()
    assert "\x1b" not in shown(NO_COLOR="1")


def test_only_the_base_install_is_imported(tree):
    program = (
        "import sys\nfrom aslo.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "print(sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "check", str(tree)],
        capture_output=True,
        text=True,
        check=True,
    )

    imported = done.stdout.splitlines()[-1]
    assert "'aslo.services.examine'" in imported
    assert [name for name in SERVER if f"'{name}'" in imported] == []


def test_help_tells_the_exit_codes(aslo):
    said = " ".join(aslo("check", "--help").stdout.split())

    assert "0 the store would take it, 1 it has problems, 2 it could not be tried" in said


def test_only_a_folder_can_be_fixed(aslo, tmp_path):
    (tmp_path / "a.xo").write_bytes(bundle())

    done = aslo("check", "a.xo", "--fix")

    assert done.returncode == 2
    assert "only a folder on this machine can be fixed" in done.stderr


def test_a_fix_shows_its_changes_and_the_tree_is_checked_again(aslo, tree):
    info_file = tree / INFO
    write_files(tree, {INFO: "\ufeff[activity]\r\nname = Sound\r\nservice_name = org.a.B\r\n"})
    with info_file.open("a") as file:
        file.write("activity_version = 07\nexec = sugar-activity3 a.B \nicon = sound.svg\n")
        file.write("license = GPLv3+\nsummary = 100% fun\ntags = Game, MUSIC ;;music")
    info_file.chmod(0o640)

    done = aslo("check", tree, "--fix")

    assert done.returncode == 1
    assert "-\\ufeff[activity]\\r" in done.stderr
    assert "+[activity]" in done.stderr
    assert "Does GPLv3+ mean the licence GPL-3.0-or-later? --yes agrees." in done.stderr
    assert done.stdout == (
        f"error: {INFO}:4: activity_version '07' is no version that Sugar can read [bad-version]\n"
        "  Write its numbers without leading zeros.\n"
        "more about one: aslo check --explain bad-version\n"
        "org.a.B 07: 1 error; the store would refuse it\n"
    )
    assert info_file.read_text() == (
        "[Activity]\nname = Sound\nbundle_id = org.a.B\nactivity_version = 07\n"
        "exec = sugar-activity3 a.B\nicon = sound\nlicense = GPLv3+\nsummary = 100%% fun\n"
        "tags = games;music\n"
    )
    assert info_file.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in info_file.parent.iterdir()) == [
        "activity.info",
        "sound.svg",
    ]


def test_a_licence_is_written_anew_where_one_agrees(aslo, tree):
    lines((7, "license = GPLv3+"))(tree)

    done = aslo("check", tree, "--fix", "--yes")

    assert done.returncode == 0
    assert "license = GPL-3.0-or-later\n" in (tree / INFO).read_text()


def test_a_file_behind_a_link_is_not_fixed(aslo, tree, tmp_path):
    outside = tmp_path / "outside.info"
    outside.write_text((tree / INFO).read_text().replace("\n", "\r\n"))
    (tree / INFO).unlink()
    (tree / INFO).symlink_to(outside)
    before = outside.read_bytes()

    done = aslo("check", tree, "--fix")

    assert done.returncode == 2
    assert "cannot be read: Too many levels of symbolic links" in done.stderr
    assert f"error: {INFO}: {INFO} is a link that leads out of the tree" in done.stdout
    assert outside.read_bytes() == before
    assert (tree / INFO).is_symlink()


def test_a_fix_of_a_sound_tree_touches_nothing(aslo, tree):
    before = snapshot(tree), (tree / INFO).stat().st_mtime_ns

    done = aslo("check", tree, "--fix", "--yes")

    assert (done.returncode, done.stderr) == (0, "")
    assert (snapshot(tree), (tree / INFO).stat().st_mtime_ns) == before


def test_a_folder_reached_by_a_link_can_be_checked(aslo, tree, tmp_path):
    (tmp_path / "link").symlink_to(tree)

    assert aslo("check", Path("link")).stdout == "org.example.Sound 7: nothing to mend\n"


def test_a_code_is_explained(aslo):
    done = aslo("check", "--explain", "bad-version")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == problem_pages.page("bad-version")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("bad-verson", "no problem has the code 'bad-verson'; like it are bad-version"),
        ("../errors", "no problem has the code '../errors'"),
        ("", "no problem has the code ''"),
    ],
)
def test_a_code_that_is_none_is_told_with_those_like_it(aslo, code, said):
    done = aslo("check", "--explain", code)

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr.splitlines()[-1]
