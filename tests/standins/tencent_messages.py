"""What an official account may send: customer messages, mass messages, templates, notices."""

from __future__ import annotations

from tests.standins.tencent_call import Call, Json, Method, fine, size, text_of
from tests.standins.tencent_faults import Refusal
from tests.standins.tencent_world import Follower, World

TEXT_BYTES = 2048
CLIENT_ID_BYTES = 64
MINUTE = 60
TEN_MINUTES = 600
THING = 20


def send_custom(world: World, call: Call) -> Json:
    """`message/custom/send`: five within 48 hours of a message, three within a minute of a tap."""
    body = call.json()
    _check_content(world, body)
    follower = world.reachable(text_of(body, "touser"))
    world.use_window(follower)
    world.deliver(follower.openid, "custom", body)
    return fine()


def _check_content(world: World, body: Json) -> None:
    kind = text_of(body, "msgtype")
    if kind == "text" and size(text_of(body, "text", "content")) > TEXT_BYTES:
        raise Refusal(45002, "content size out of limit")
    if kind == "text" and not text_of(body, "text", "content"):
        raise Refusal(44004, "empty text content")
    if kind == "msgmenu" and not world.profile.msgmenu:
        raise Refusal(40200, "invalid account type")
    if kind == "news":
        news = body.get("news")
        articles = news.get("articles") if isinstance(news, dict) else None
        if not isinstance(articles, list) or len(articles) != 1:
            raise Refusal(45008, "article size out of limit")
    if kind == "image" and text_of(body, "image", "media_id") not in world.media:
        raise Refusal(40007, "invalid media_id")
    if kind not in ("text", "msgmenu", "news", "image"):
        raise Refusal(40008, "invalid message type")


def send_all(world: World, call: Call) -> Json:
    """`message/mass/sendall`: to all or to a tag; looked at before it arrives."""
    body = call.json()
    client_id = _client_id(world, body, prefix="mass")
    media_id = text_of(body, "mpnews", "media_id")
    if text_of(body, "msgtype") != "mpnews" or media_id not in world.drafts:
        raise Refusal(40007, "invalid media_id")
    openids = world.may_mass(_chosen(world, body))
    mass = world.add_mass(client_id, media_id, openids)
    world.client_ids[f"mass:{client_id}"] = world.clock()
    return fine(msg_id=mass.number, msg_data_id=mass.number + 1)


def _client_id(world: World, body: Json, *, prefix: str) -> str:
    client_id = text_of(body, "clientmsgid")
    if size(client_id) > CLIENT_ID_BYTES:
        raise Refusal(45067, "clientmsgid size out of limit")
    before = world.client_ids.get(f"{prefix}:{client_id}") if client_id else None
    if before is None:
        return client_id
    if world.clock() - before < MINUTE:
        raise Refusal(45066, "same clientmsgid retry too fast")
    raise Refusal(45065, "clientmsgid exist")


def _chosen(world: World, body: Json) -> tuple[str, ...]:
    chosen = body.get("filter")
    filtered = chosen if isinstance(chosen, dict) else {}
    following = [one for one in world.followers.values() if one.following]
    if filtered.get("is_to_all"):
        return tuple(one.openid for one in following)
    tag = filtered.get("tag_id")
    if tag not in world.tags:
        raise Refusal(45159, "invalid tag id")
    return tuple(one.openid for one in following if tag in one.tags)


def send_list(world: World, call: Call) -> Json:
    """`message/mass/send`: to a list of at least two."""
    body = call.json()
    client_id = _client_id(world, body, prefix="mass")
    listed = body.get("touser")
    openids = tuple(str(one) for one in listed) if isinstance(listed, list) else ()
    if len(openids) < 2:
        raise Refusal(40130, "invalid openid list size, at least two openid")
    known = tuple(one for one in openids if one in world.followers and world.followers[one].following)
    mass = world.add_mass(client_id, text_of(body, "mpnews", "media_id"), world.may_mass(known))
    world.client_ids[f"mass:{client_id}"] = world.clock()
    return fine(msg_id=mass.number, msg_data_id=mass.number + 1)


def preview(world: World, call: Call) -> Json:
    """`message/mass/preview`: to one person, at any time."""
    body = call.json()
    follower = world.reachable(text_of(body, "touser"))
    if text_of(body, "mpnews", "media_id") not in world.drafts:
        raise Refusal(40007, "invalid media_id")
    world.deliver(follower.openid, "preview", body)
    return fine(msg_id=world.number())


def send_template(world: World, call: Call) -> Json:
    """`message/template/send`: fields with types; a `client_msg_id` is good once in ten minutes."""
    body = call.json()
    follower = world.reachable(text_of(body, "touser"))
    _fields(world, body)
    if _twice(world, text_of(body, "client_msg_id")):
        return fine(msgid=world.number())
    world.deliver(follower.openid, "template", body)
    return fine(msgid=world.number())


def send_notice(world: World, call: Call) -> Json:
    """`message/subscribe/bizsend`: one notice for each time that the reader agreed."""
    body = call.json()
    follower = world.reachable(text_of(body, "touser"))
    _fields(world, body)
    _spend(follower, text_of(body, "template_id"))
    world.deliver(follower.openid, "subscribe", body)
    return fine()


def send_once(world: World, call: Call) -> Json:
    """`message/template/subscribe`: one message for one agreement."""
    body = call.json()
    follower = world.follower_or_new(text_of(body, "touser"))
    _spend(follower, text_of(body, "template_id"))
    world.deliver(follower.openid, "once", body)
    return fine()


def _spend(follower: Follower, template: str) -> None:
    if follower.credits[template] <= 0:
        raise Refusal(43101, "user refuse to accept the msg")
    follower.credits[template] -= 1


def _twice(world: World, client_id: str) -> bool:
    key = f"template:{client_id}"
    before = world.client_ids.get(key)
    if client_id:
        world.client_ids[key] = world.clock()
    return bool(client_id) and before is not None and world.clock() - before < TEN_MINUTES


def _fields(world: World, body: Json) -> None:
    template = world.templates.get(text_of(body, "template_id"))
    if template is None:
        raise Refusal(40037, "invalid template_id")
    given = body.get("data")
    for name in template:
        value = given.get(name) if isinstance(given, dict) else None
        text = value.get("value") if isinstance(value, dict) else None
        if not isinstance(text, str) or (name.startswith("thing") and not 0 < len(text) <= THING):
            raise Refusal(47003, f"argument invalid! data.{name}.value is invalid")


METHODS: dict[str, Method] = {
    "message/custom/send": send_custom,
    "message/mass/sendall": send_all,
    "message/mass/send": send_list,
    "message/mass/preview": preview,
    "message/template/send": send_template,
    "message/template/subscribe": send_once,
    "message/subscribe/bizsend": send_notice,
}
