"""What a forge keeps outside its API: git repositories, assets, pictures of people."""

import io

from flask import Blueprint, Response, abort, redirect, request, send_file
from PIL import Image
from werkzeug.wrappers import Response as AnyResponse

from aslo.simulator import git_http
from aslo.simulator.forge import SimulatedForge

AVATAR_SIZE = 64


def blueprint(forge: SimulatedForge) -> Blueprint:
    """The routes of files."""
    files = Blueprint("files", __name__)
    _about_git(files, forge)
    _about_assets(files, forge)
    files.add_url_rule("/avatars/u/<int:number>", view_func=avatar)
    return files


def _about_git(files: Blueprint, forge: SimulatedForge) -> None:
    @files.route("/<owner>/<name>.git/<path:rest>", methods=["GET", "POST"])
    def git(owner: str, name: str, rest: str) -> Response | AnyResponse:
        full_name = f"{owner}/{name}"
        if moved := forge.hosting.renamed(full_name):
            query = request.query_string.decode()
            return redirect(f"{forge.url}/{moved['full_name']}.git/{rest}?{query}", 301)
        found = forge.hosting.repository(full_name)
        if found["private"]:
            abort(404)
        return git_http.answer(forge.hosting.git(found).folder, rest)


def _about_assets(files: Blueprint, forge: SimulatedForge) -> None:
    @files.get("/storage/<int:number>")
    def storage(number: int) -> Response:
        # Storage hosts refuse a request that is signed twice, so a token must not come along.
        if "Authorization" in request.headers:
            abort(400)
        asset = forge.state.get("asset", number) or abort(404)
        file = forge.publishing.asset_file(asset)
        return send_file(file, asset["content_type"], download_name=asset["name"])

    @files.get("/<owner>/<name>/releases/download/<tag>/<file>")
    def download(owner: str, name: str, tag: str, file: str) -> AnyResponse:
        asset = forge.publishing.asset_named(f"{owner}/{name}", tag, file)
        return redirect(f"{forge.storage_url}/storage/{asset['id']}", 302)


def avatar(number: int) -> Response:
    """A square of one colour for each account."""
    picture = io.BytesIO()
    colour = (number * 67 % 200, number * 131 % 200, number * 29 % 200)
    Image.new("RGB", (AVATAR_SIZE, AVATAR_SIZE), colour).save(picture, "PNG")
    return Response(picture.getvalue(), content_type="image/png")
