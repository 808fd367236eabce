"""Files that people sent: the bot asks for their path, and fetches what is there."""

from __future__ import annotations

from urllib.parse import unquote

from aiohttp import web

from tests.standins.telegram_faults import Refusal
from tests.standins.telegram_params import Json
from tests.standins.telegram_world import Call, Methods, World

# The cloud's limit for bots.
MOST_BYTES = 20 * 1024 * 1024


def keep_file(world: World, name: str, content: bytes) -> Json:
    """A file as a message tells of it, to be fetched under its id."""
    number = len(world.files) + 1
    file_id = f"BQACAgUAAxkBAAI{number:06}"
    world.files[file_id] = (f"documents/file_{number}.{name.rpartition('.')[2]}", content)
    return {"file_id": file_id, "file_unique_id": f"AgADu{number:06}", "file_size": len(content)}


def get_file(world: World, call: Call) -> object:
    """getFile."""
    file_id = call.params.text("file_id")
    if file_id not in world.files:
        raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    path, content = world.files[file_id]
    if len(content) > MOST_BYTES:
        raise Refusal(400, "Bad Request: file is too big")
    world.accept(call)
    return {
        "file_id": file_id,
        "file_unique_id": file_id[-8:],
        "file_size": len(content),
        "file_path": path,
    }


def download(world: World, path: str) -> web.Response:
    """The content behind a path of getFile; 404 when there is none."""
    world.truth.calls["download"] += 1
    for kept, content in world.files.values():
        if kept == unquote(path):
            return web.Response(body=content, content_type="application/octet-stream")
    return web.Response(status=404, text='{"ok":false,"error_code":404,"description":"Not Found"}')


METHODS: Methods = {"getFile": get_file}
