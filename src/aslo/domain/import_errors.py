"""Why something on this machine cannot be imported, or built from."""

from aslo.domain.errors import AsloError


class BundleFileError(AsloError):
    """A file that is to be imported cannot be read as it is."""

    code = "bundle-file"
    hint = "Put an ordinary file there that can be read, then import again."


class ImportRunningError(AsloError):
    """Another import goes on in the same folder ASLO_HOME."""

    code = "import-running"
    hint = "Let it end, then import again: what is there already stays as it is."

    def __init__(self, who: str) -> None:
        super().__init__(f"an import is running already: {who or 'it has just begun'}")


class LocalTreeError(AsloError):
    """A git tree on this machine cannot be built from."""

    code = "local-tree"
    hint = "Name a git repository, and a tag or commit of it; `git tag` lists its tags."
