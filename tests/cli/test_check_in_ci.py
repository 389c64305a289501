"""What docs, the action and the hook tell others to run is run here, as it stands there."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from fixtures.broken_activities import lines, sound_activity
from fixtures.trees import make_repository

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = shutil.ignore_patterns(
    ".venv", ".git", "node_modules", "build", "*_cache", "*.egg-info"
)
SOURCE = "git+https://github.com/sugarlabs/aslo"


def run(script, folder, **environ):
    # pip finds what ASLO needs installed already, and the setuptools of the lock.
    told = {"PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_INDEX": "1"}
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ASLO_")}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=kept | told | environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A copy of ASLO, since building it writes beside its files."""
    return shutil.copytree(ROOT, tmp_path_factory.mktemp("source") / "aslo", ignore=NOT_COPIED)


@pytest.fixture(scope="module")
def environment(source, tmp_path_factory):
    """A new virtual environment with ASLO's base install, made by what the README says; `home`
    is where it is."""
    home = tmp_path_factory.mktemp("home")
    first, second = readme_blocks()[:2]
    make, install = first.splitlines()
    assert run(make, source, HOME=str(home)).returncode == 0
    pip = str(home / "aslo-check" / "bin" / "python")
    locked = [pip, "-m", "pip", "install", "-q", "--require-hashes", "-r"]
    subprocess.run([*locked, ROOT / "requirements" / "base.txt"], check=True)
    done = run(install, source, HOME=str(home))
    assert done.returncode == 0, done.stderr
    return home, second


def readme_blocks():
    section = (ROOT / "README.md").read_text().partition("## For activity developers")[2]
    return re.findall(r"^```shell\n(.*?)^```", section, re.MULTILINE | re.DOTALL)


@pytest.fixture
def tree(tmp_path):
    return make_repository(tmp_path / "tree", sound_activity(), "v7")


@pytest.fixture
def path(environment):
    """PATH as it is where ASLO was just installed."""
    return f"{environment[0] / 'aslo-check' / 'bin'}:{os.environ['PATH']}"


def test_the_readme_leads_from_nothing_to_a_green_check(environment, tree):
    home, check = environment

    done = run(check, tree, HOME=str(home))

    assert (done.returncode, done.stdout) == (0, "org.example.Sound 7: nothing to mend\n")


def test_the_base_install_holds_nothing_of_the_server(environment, tree):
    home, _ = environment
    listed = run(f"{home}/aslo-check/bin/python -m pip list --format json", tree).stdout
    names = {each["name"].lower() for each in json.loads(listed)}

    assert names == {"aslo", "click", "defusedxml", "msgspec", "polib", "pip", "setuptools"}


def action():
    return yaml.safe_load((ROOT / "action.yml").read_text())


def filled(template, values):
    """A value of the action with its `${{ }}` replaced; a KeyError for an unknown one."""
    return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: values[found[1]], template)


@pytest.fixture
def act(environment, source):
    """Run the last step of the action, where its others have been run."""
    home, _ = environment

    def call(folder, **inputs):
        declared = {name: made["default"] for name, made in action()["inputs"].items()}
        values = {f"inputs.{name}": text for name, text in (declared | inputs).items()}
        values["github.action_path"] = str(source)
        step = action()["runs"]["steps"][-1]
        environ = {name: filled(text, values) for name, text in step["env"].items()}
        return run(step["run"], folder, RUNNER_TEMP=str(home), **environ)

    return call


def test_the_action_installs_itself_from_its_own_checkout(environment, source, tmp_path):
    step = action()["runs"]["steps"][1]
    environ = {k: filled(v, {"github.action_path": str(source)}) for k, v in step["env"].items()}
    # The environment is there already, so that nothing need be fetched.
    done = run(step["run"], tmp_path, RUNNER_TEMP=str(environment[0]), **environ)

    assert done.returncode == 0, done.stderr


def test_no_step_of_the_action_reads_an_input_as_a_script():
    steps = [step for step in action()["runs"]["steps"] if "run" in step]

    assert [step["run"] for step in steps if "${{" in step["run"]] == []


def test_the_action_annotates_and_fails_for_a_broken_activity(act, tree):
    assert act(tree).returncode == 0
    lines((4, "activity_version = 07"))(tree)

    done = act(tree.parent, path="tree")

    assert done.returncode == 1
    assert done.stdout.startswith("::error file=activity/activity.info,line=4,title=bad-version::")


def test_the_action_is_strict_if_one_asks(act, tree):
    lines((8, None))(tree)

    assert act(tree).returncode == 0
    assert act(tree, strict="true").returncode == 1


def test_the_action_leaves_sarif_for_whoever_uploads_it(act, tree):
    lines((4, "activity_version = 07"))(tree)

    done = act(tree, sarif="found.sarif")

    assert done.returncode == 1
    assert json.loads((tree / "found.sarif").read_text())["version"] == "2.1.0"


def test_the_action_takes_a_hostile_path_for_a_path(act, tree):
    done = act(tree, path="--fix; touch ran")

    assert done.returncode == 2
    assert not (tree / "ran").exists()


def test_the_hook_runs_the_check(tree, path):
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert (hook["language"], hook["pass_filenames"], hook["always_run"]) == ("python", False, True)

    assert run(hook["entry"], tree, PATH=path).returncode == 0
    lines((4, "activity_version = 07"))(tree)
    assert run(hook["entry"], tree, PATH=path).returncode == 1


def snippets():
    """The YAML that docs give to others, by the file that it is for."""
    text = (ROOT / "docs" / "check.md").read_text()
    found = re.findall(r"`([\w./-]+\.yml|\S+\.yaml)`:\n\n```yaml\n(.*?)```", text, re.DOTALL)
    return {name: yaml.load(text, yaml.BaseLoader) for name, text in found}


def shell_lines(name):
    if name == ".gitlab-ci.yml":
        return snippets()[name]["check"]["script"]
    return [*snippets()[name]["install"], *snippets()[name]["script"]]


@pytest.mark.parametrize("name", [".gitlab-ci.yml", ".travis.yml"])
def test_the_lines_for_another_ci_run_the_check(name, source, tree, path):
    install, check = shell_lines(name)
    assert SOURCE in install

    done = run(f"{install.replace(SOURCE, str(source))}\n{check}", tree, PATH=path)
    assert done.returncode == 0, done.stderr
    lines((8, None))(tree)
    assert run(check, tree, PATH=path).returncode == 1


def test_the_snippets_name_what_is_there():
    steps = snippets()[".github/workflows/check.yml"]["jobs"]["check"]["steps"]
    [repository] = snippets()[".pre-commit-config.yaml"]["repos"]
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())

    assert set(steps[1]["with"]) <= set(action()["inputs"])
    assert [each["id"] for each in repository["hooks"]] == [each["id"] for each in hooks]
