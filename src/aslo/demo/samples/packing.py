"""Packs a sample's tree into the bundle that a developer would attach to a release."""

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import polib

from aslo.demo.samples.sample import Files

_EPOCH = (2020, 1, 1, 0, 0, 0)
_LEFT_OUT = ("screenshots/", ".git")


def bundle(files: Files) -> tuple[str, bytes]:
    """The file name and the bytes of a bundle; the same files give the same bytes."""
    info = files["activity/activity.info"].decode()
    name, version = _value(info, "name").replace(" ", ""), _value(info, "activity_version")
    content = {path: data for path, data in files.items() if not path.startswith(_LEFT_OUT)}
    content |= _translations(content, _value(info, "bundle_id"))
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for path in sorted(content):
            entry = ZipInfo(f"{name}.activity/{path}", _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content[path])
    return f"{name}-{version}.xo", packed.getvalue()


def _value(info: str, key: str) -> str:
    found = re.search(rf"^{key} = (.*)$", info, re.MULTILINE)
    if found is None:
        raise ValueError(f"activity.info has no {key}")
    return found[1]


def _translations(files: Files, bundle_id: str) -> Files:
    """What Sugar's bundle builder makes of the files in `po/`."""
    name, summary = (
        _value(files["activity/activity.info"].decode(), k) for k in ("name", "summary")
    )
    made: Files = {}
    for path, data in files.items():
        if not path.startswith("po/"):
            continue
        catalog = polib.pofile(data.decode())
        words = {entry.msgid: entry.msgstr for entry in catalog if entry.msgstr}
        folder = f"locale/{path[3:-3]}"
        lines = [f"name = {words.get(name, name)}", f"summary = {words.get(summary, summary)}"]
        made[f"{folder}/activity.linfo"] = "\n".join(["[Activity]", *lines, ""]).encode()
        made[f"{folder}/LC_MESSAGES/{bundle_id}.mo"] = catalog.to_binary()
    return made
