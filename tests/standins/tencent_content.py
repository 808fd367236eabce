"""What an official account keeps at Tencent's: drafts, media, the menu, tags, and who follows."""

from __future__ import annotations

from tests.standins.tencent_call import Call, Json, Method, fine, size, text_of
from tests.standins.tencent_faults import Refusal
from tests.standins.tencent_world import World

TITLE, DIGEST, CONTENT, CONTENT_BYTES = 32, 120, 20_000, 1_000_000
BUTTONS, SUB_BUTTONS = 3, 5
PAGE = 10_000
TAG_LIST = 50
_KINDS = frozenset({"click", "view", "miniprogram", "scancode_push", "scancode_waitmsg"})


def add_draft(world: World, call: Call) -> Json:
    """`draft/add`: articles within their limits, with a permanent cover."""
    articles = call.json().get("articles")
    if not isinstance(articles, list) or not 1 <= len(articles) <= 8:
        raise Refusal(45008, "article size out of limit")
    for one in articles:
        _check_article(world, one if isinstance(one, dict) else {})
    media_id = f"draft_{world.number()}"
    world.drafts[media_id] = articles
    return {"media_id": media_id}


def _check_article(world: World, article: Json) -> None:
    if not 0 < len(text_of(article, "title")) <= TITLE:
        raise Refusal(45003, "title size out of limit")
    if len(text_of(article, "digest")) > DIGEST:
        raise Refusal(45004, "description size out of limit")
    content = text_of(article, "content")
    if not content or len(content) >= CONTENT or size(content) >= CONTENT_BYTES:
        raise Refusal(45002, "content size out of limit")
    kind, _ = world.media.get(text_of(article, "thumb_media_id"), ("", b""))
    if kind not in ("permanent", "thumb"):
        raise Refusal(40007, "invalid media_id")


def count_drafts(world: World, _: Call) -> Json:
    """`draft/count`."""
    return {"total_count": len(world.drafts)}


def delete_draft(world: World, call: Call) -> Json:
    """`draft/delete`."""
    if world.drafts.pop(text_of(call.json(), "media_id"), None) is None:
        raise Refusal(40007, "invalid media_id")
    return fine()


def list_drafts(world: World, _: Call) -> Json:
    """`draft/batchget`."""
    listed = [{"media_id": one, "content": {"news_item": found}} for one, found in world.drafts.items()]
    return {"total_count": len(listed), "item_count": len(listed), "item": listed}


def publish(world: World, call: Call) -> Json:
    """`freepublish/submit`."""
    if text_of(call.json(), "media_id") not in world.drafts:
        raise Refusal(53503, "draft has not passed the publishing check")
    return fine(publish_id=str(world.number()))


def upload(world: World, call: Call) -> Json:
    """`media/upload`: kept for three days."""
    return _kept(world, call, "temporary")


def add_material(world: World, call: Call) -> Json:
    """`material/add_material`: kept for good."""
    answer = _kept(world, call, "permanent")
    return {"media_id": answer["media_id"], "url": "http://mmbiz.qpic.cn/picture"}


def upload_picture(world: World, call: Call) -> Json:
    """`media/uploadimg`: a picture for the inside of articles."""
    _file(call)
    return {"url": f"http://mmbiz.qpic.cn/{world.number()}"}


def _kept(world: World, call: Call, life: str) -> Json:
    content = _file(call)
    media_id = f"media_{world.number()}"
    world.media[media_id] = (life, content)
    return {"type": call.query.get("type", "image"), "media_id": media_id, "created_at": int(world.clock())}


def _file(call: Call) -> bytes:
    if "media" not in call.files:
        raise Refusal(41005, "media data missing")
    name, content = call.files["media"]
    if not name.lower().endswith((".jpg", ".jpeg", ".png", ".gif", ".bmp")):
        raise Refusal(40005, "invalid file type")
    return content


def create_menu(world: World, call: Call) -> Json:
    """`menu/create`: three by five, names and keys within their bytes."""
    body = call.json()
    buttons = body.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= BUTTONS:
        raise Refusal(40017, "invalid button size")
    for one in buttons:
        _check_button(one, name_bytes=16, codes=(40018, 40019, 40020))
        subs = one.get("sub_button") or []
        if len(subs) > SUB_BUTTONS:
            raise Refusal(40023, "invalid sub button size")
        for sub in subs:
            _check_button(sub, name_bytes=60, codes=(40025, 40026, 40027))
    world.menu = body
    return fine()


def _check_button(button: Json, *, name_bytes: int, codes: tuple[int, int, int]) -> None:
    if not 0 < size(text_of(button, "name")) <= name_bytes:
        raise Refusal(codes[0], "invalid button name size")
    if button.get("sub_button"):
        return
    kind = text_of(button, "type")
    if kind not in _KINDS:
        raise Refusal(40015, "invalid menu type")
    if kind == "click" and not 0 < size(text_of(button, "key")) <= 128:
        raise Refusal(codes[1], "invalid button key size")
    if kind == "view" and not 0 < size(text_of(button, "url")) <= 1024:
        raise Refusal(codes[2], "invalid button url size")
    if kind == "miniprogram":
        raise Refusal(45064, "no permission to use weapp in menu")


def get_menu(world: World, _: Call) -> Json:
    """`menu/get`."""
    if world.menu is None:
        raise Refusal(46003, "menu no exist")
    return {"menu": world.menu}


def delete_menu(world: World, _: Call) -> Json:
    """`menu/delete`."""
    world.menu = None
    return fine()


def list_users(world: World, call: Call) -> Json:
    """`user/get`: ten thousand at a time."""
    openids = sorted(one.openid for one in world.followers.values() if one.following)
    after = call.query.get("next_openid", "")
    page = [one for one in openids if one > after][:PAGE]
    data = {"data": {"openid": page}} if page else {}
    return {"total": len(openids), "count": len(page), **data, "next_openid": page[-1] if page else ""}


def show_user(world: World, call: Call) -> Json:
    """`user/info`: no name and no picture any more."""
    openid = call.query.get("openid", "")
    follower = world.followers.get(openid)
    if follower is None:
        raise Refusal(40003, "invalid openid")
    if not follower.following:
        return {"subscribe": 0, "openid": openid}
    return {"subscribe": 1, "openid": openid, "language": "zh_CN", "tagid_list": sorted(follower.tags)}


def create_tag(world: World, call: Call) -> Json:
    """`tags/create`."""
    name = text_of(call.json(), "tag", "name")
    if name in world.tags.values():
        raise Refusal(45157, "duplicated tag name")
    number = world.number()
    world.tags[number] = name
    return {"tag": {"id": number, "name": name}}


def list_tags(world: World, _: Call) -> Json:
    """`tags/get`."""
    counts = {tag: sum(tag in one.tags for one in world.followers.values()) for tag in world.tags}
    return {"tags": [{"id": one, "name": name, "count": counts[one]} for one, name in world.tags.items()]}


def tag_users(world: World, call: Call) -> Json:
    """`tags/members/batchtagging` and `batchuntagging`: fifty at a time."""
    body = call.json()
    listed, tag = body.get("openid_list"), body.get("tagid")
    openids = listed if isinstance(listed, list) else []
    if not 0 < len(openids) <= TAG_LIST:
        raise Refusal(40032, "invalid openid list size")
    if not isinstance(tag, int) or tag not in world.tags:
        raise Refusal(45159, "invalid tag id")
    for openid in openids:
        tags = world.reachable(str(openid)).tags
        tags.discard(tag) if call.path.endswith("untagging") else tags.add(tag)
    return fine()


def list_tagged(world: World, call: Call) -> Json:
    """`user/tag/get`: ten thousand at a time."""
    body = call.json()
    after = text_of(body, "next_openid")
    having = sorted(one.openid for one in world.followers.values() if body.get("tagid") in one.tags)
    page = [one for one in having if one > after][:PAGE]
    data = {"data": {"openid": page}} if page else {}
    return {"count": len(page), **data, "next_openid": page[-1] if page else ""}


def create_code(world: World, call: Call) -> Json:
    """`qrcode/create`."""
    if not text_of(call.json(), "action_name"):
        raise Refusal(40053, "invalid action info")
    number = world.number()
    return {"ticket": f"ticket_{number}", "url": f"http://weixin.qq.com/q/{number}", "expire_seconds": 60}


def list_templates(world: World, _: Call) -> Json:
    """`template/get_all_private_template`."""
    return {"template_list": [{"template_id": one} for one in world.templates]}


def callback_addresses(_: World, __: Call) -> Json:
    """`getcallbackip`."""
    return {"ip_list": ["101.226.103.0/25"]}


METHODS: dict[str, Method] = {
    "draft/add": add_draft,
    "draft/count": count_drafts,
    "draft/delete": delete_draft,
    "draft/batchget": list_drafts,
    "freepublish/submit": publish,
    "media/upload": upload,
    "media/uploadimg": upload_picture,
    "material/add_material": add_material,
    "menu/create": create_menu,
    "menu/get": get_menu,
    "menu/delete": delete_menu,
    "user/get": list_users,
    "user/info": show_user,
    "tags/create": create_tag,
    "tags/get": list_tags,
    "tags/members/batchtagging": tag_users,
    "tags/members/batchuntagging": tag_users,
    "user/tag/get": list_tagged,
    "qrcode/create": create_code,
    "template/get_all_private_template": list_templates,
    "getcallbackip": callback_addresses,
}
