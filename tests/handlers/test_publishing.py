"""The publisher's morning in chat: an issue is sent, looked at, published now or at the hour, taken back."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from bot.desk import desk_of
from bot.telegram.render import render
from digest.editorial import Preview
from digest.incoming import Document
from digest.intents import Incoming
from digest.issue import IssueState
from digest.replies import Text
from digest.subscriber import Place
from digest.taps import tap
from handlers.ingest import Verdict, ingest
from handlers.plan import plan
from handlers.router import Router
from tests.handlers.conftest import MONDAY, RULES, SAMPLE, Talk, issue_file
from tests.handlers.editor import BROKEN, TUESDAY, TUESDAYS, editor, kept, seen, send_file


async def test_a_sent_issue_is_shown_as_a_proof_and_seen_by_nobody(talk: Talk) -> None:
    admin = editor(talk)

    said = await send_file(admin, TUESDAYS)

    assert said.startswith("12月23日的稿子看过了：5个栏目，41条，41个链接，没有要改的。")
    assert "各渠道的样子" in said
    assert "Telegram　1条，" in said
    assert "终端　" in said
    assert admin.labels() == [
        ["看Telegram样子", "看完整版样子"],
        ["看终端样子"],
        ["今天 8:00 发布", "现在发布", "丢掉"],
    ]
    assert await kept(admin) is None


async def test_an_introduction_like_the_last_one_is_told(talk: Talk) -> None:
    said = await send_file(editor(talk), TUESDAYS)

    assert "介绍和上一期一样，这次不重复发给读者。" in said


async def test_a_broken_issue_is_told_line_by_line_and_kept_nowhere(talk: Talk) -> None:
    admin = editor(talk)

    said = await send_file(admin, BROKEN)

    assert said.startswith("12月23日的稿子有 2 处要改，还没有发布，读者看到的仍是上一期。")
    assert "第 10 行　" in said
    assert said.endswith("改好再发我一次就行，同一天的会自动替换。")
    async with talk.store.reading() as tx:
        assert await tx.manuscripts.get() is None


async def test_harmless_oddities_are_reminders_with_their_lines(talk: Talk) -> None:
    odd = TUESDAYS + "\n### 没有链接的一条\n\n只有一句话。\n"

    said = await send_file(editor(talk), odd)

    assert "提醒 " in said
    assert f"第 {odd.splitlines().index('### 没有链接的一条') + 1} 行　" in said


async def test_each_look_is_exactly_what_is_sent(talk: Talk) -> None:
    admin = editor(talk)
    await send_file(admin, TUESDAYS)
    proof = admin.last

    await admin.tap("看Telegram样子")
    (brief,) = render(admin.last)
    admin.last = proof
    await admin.tap("看完整版样子")
    full = render(admin.last)
    admin.last = proof
    terminal = await admin.tap("看终端样子")

    assert brief.html.startswith("<b>12月23日 周二</b> · 41条")
    assert brief.buttons
    assert len(full) == 2
    assert "12月23日 周二" in terminal


async def test_with_group_robots_their_messages_and_bytes_are_counted_and_shown(talk: Talk) -> None:
    admin = editor(talk)
    with_site = replace(admin.house, base_url="https://n.example", short_links=True)
    router = Router(talk.store, talk.catalogs, with_site, desk_of(RULES, robots=True))
    place, now = admin.place, admin.now

    async def answer(incoming: Incoming) -> str:
        reply = await router.answer(replace(incoming, sender="77"), place, now=now)
        return "\n".join(block.text for block in reply.blocks if isinstance(block, Text))

    proof = await answer(Incoming(document=Document("2025-12-23.md", 1, "file", TUESDAYS.encode())))
    looked = await answer(Incoming(tap=tap(Preview(TUESDAY, "wecom-robot"))))
    async with talk.store.reading() as tx:
        given = await tx.short_links.last()

    (size,) = re.findall(r"企业微信群　各1条，([\d,]+)字节", proof)
    assert int(size.replace(",", "")) == len(looked.encode()) <= 4000
    assert looked.startswith('**12月23日 周二** <font color="comment">41条</font>')
    assert "https://n.example/s/1" in looked
    assert given == 0


async def test_with_an_official_account_its_one_answer_is_counted_and_shown(talk: Talk) -> None:
    admin = editor(talk)
    router = Router(talk.store, talk.catalogs, admin.house, desk_of(RULES, wechat=True))

    async def answer(incoming: Incoming) -> str:
        reply = await router.answer(replace(incoming, sender="77"), admin.place, now=admin.now)
        return "\n".join(block.text for block in reply.blocks if isinstance(block, Text))

    proof = await answer(Incoming(document=Document("2025-12-23.md", 1, "file", TUESDAYS.encode())))
    looked = await answer(Incoming(tap=tap(Preview(TUESDAY, "wechat"))))

    (size,) = re.findall(r"公众号　1条，([\d,]+)字节", proof)
    first, _, second = looked.partition("\n\n────────\n\n")
    assert int(size.replace(",", "")) == len(first.encode()) <= 2000
    assert first.startswith("12月23日 周二 · 41条")
    assert second.startswith("12月23日 周二 · 第2页")


async def test_published_now_it_is_read_at_once(talk: Talk) -> None:
    admin = editor(talk)
    await send_file(admin, TUESDAYS)

    said = await admin.tap("现在发布")

    assert said.startswith("发布了：12月23日，5个栏目，41条。")
    assert await seen(admin)
    assert "12月23日" in await admin.another("5").say("今日")


async def test_published_at_the_hour_it_is_embargoed_until_then(talk: Talk) -> None:
    admin = editor(talk)
    await send_file(admin, TUESDAYS)

    said = await admin.tap("今天 8:00 发布")

    assert said.startswith("排好了：12月23日，5个栏目，41条，今天 8:00 发布。")
    assert not await seen(admin, later=29)
    assert await seen(admin, later=30)
    reader = admin.another("5")
    assert (await reader.say("今日")).startswith("今天（12月23日 周二）的还没出")
    assert "12月23日" in await admin.say("预览")
    assert admin.labels()[-1] == ["现在发布", "撤回"]


async def test_words_do_what_the_buttons_do(talk: Talk) -> None:
    admin = editor(talk)
    await send_file(admin, TUESDAYS)

    asked = await admin.say("发布")
    planned = await admin.say("发布 12月23日 准点")
    at_once = await admin.say("/publish 2025-12-23 now")
    again = await admin.say("发布 12月23日")

    assert asked.startswith("12月23日这一期什么时候发布？")
    assert planned.startswith("排好了：")
    assert at_once.startswith("发布了：")
    assert again == "12月23日这一期已经发布了。"


async def test_a_second_tap_publishes_nothing_twice(talk: Talk) -> None:
    admin = editor(talk)
    await send_file(admin, TUESDAYS)
    proof = admin.last

    await admin.tap("现在发布")
    admin.last = proof
    again = await admin.tap("现在发布")

    assert again == "12月23日这一期已经发布了。"
    edition = await kept(admin)
    assert edition is not None
    assert edition.revision == 1


async def test_an_issue_of_tomorrow_can_only_wait_for_its_hour(talk: Talk) -> None:
    admin = replace(editor(talk), now=talk.now)

    await send_file(admin, TUESDAYS)

    assert admin.labels()[-1] == ["明天 8:00 发布", "丢掉"]


async def test_another_text_for_a_published_date_replaces_it_only_when_told(talk: Talk) -> None:
    admin = editor(talk)
    monday = SAMPLE.replace("搬进旧船厂", "搬出旧船厂")

    told = await send_file(admin, monday, "2025-12-22.md")
    before = await kept(admin, MONDAY)
    replaced = await admin.tap("替换现在的")
    after = await kept(admin, MONDAY)

    assert "这一天已经发布过" in told
    assert replaced.startswith("换好了：12月22日")
    assert before is not None
    assert after is not None
    assert (before.revision, after.revision) == (1, 2)
    assert after.available_at == before.available_at


async def test_the_same_text_again_is_told_to_be_the_published_one(talk: Talk) -> None:
    admin = editor(talk)

    said = await send_file(admin, SAMPLE, "2025-12-22.md")

    assert "和已经发布的一样，不用再发布。" in said


async def test_the_folders_old_file_does_not_undo_what_came_by_chat(talk: Talk) -> None:
    admin = editor(talk)
    await send_file(admin, SAMPLE.replace("搬进旧船厂", "搬出旧船厂"), "2025-12-22.md")
    await admin.tap("替换现在的")

    (same,) = await ingest([issue_file(MONDAY)], talk.store, RULES, now=admin.now)
    stays = await kept(admin, MONDAY)
    newer = issue_file(MONDAY, SAMPLE.replace("搬进旧船厂", "卖掉旧船厂"))
    (changed,) = await ingest([newer], talk.store, RULES, now=admin.now)
    now_there = await kept(admin, MONDAY)

    assert (same.verdict, changed.verdict) == (Verdict.UNCHANGED, Verdict.CHANGED)
    assert stays is not None
    assert now_there is not None
    assert (stays.revision, now_there.revision) == (2, 3)


async def test_a_file_with_the_words_of_a_planned_issue_does_not_let_it_out(talk: Talk) -> None:
    admin = editor(talk)
    await send_file(admin, TUESDAYS)
    await admin.tap("今天 8:00 发布")

    (report,) = await ingest([issue_file(TUESDAY, TUESDAYS)], talk.store, RULES, now=admin.now)

    assert report.verdict is Verdict.UNCHANGED
    assert not await seen(admin, later=29)


async def test_a_retraction_is_asked_first_and_can_be_undone(talk: Talk) -> None:
    admin = editor(talk)

    asked = await admin.say("撤回 12月22日")
    still = await seen(admin, MONDAY)
    done = await admin.tap("撤回")
    gone = await seen(admin, MONDAY)
    restored = await admin.tap("恢复")

    assert asked.startswith("要撤回12月22日这一期吗？")
    assert still
    assert done.startswith("撤回了：12月22日这一期。")
    assert not gone
    assert restored.startswith("发布了：12月22日")
    assert await seen(admin, MONDAY)


async def test_a_manuscript_is_thrown_away(talk: Talk) -> None:
    admin = editor(talk)
    await send_file(admin, TUESDAYS)

    said = await admin.tap("丢掉")

    assert said == "12月23日的稿子丢掉了，读者什么也没看到。"
    assert await admin.say("预览 12月23日") != said
    async with talk.store.reading() as tx:
        assert await tx.manuscripts.get() is None


async def test_a_draft_of_the_folder_is_published_by_a_word(talk: Talk) -> None:
    admin = editor(talk)
    draft = TUESDAYS.replace("---\n", "---\ndraft: true\n", 1)
    await ingest([issue_file(TUESDAY, draft)], talk.store, RULES, now=admin.now)

    hidden = await seen(admin)
    said = await admin.say("发布 现在")

    assert not hidden
    assert said.startswith("发布了：12月23日")
    assert await seen(admin)


async def test_whoever_is_no_admin_is_kindly_refused(talk: Talk) -> None:
    reader = replace(editor(talk), place=Place("telegram", "5"))

    by_file = await send_file(reader, TUESDAYS)
    by_command = await reader.say("/publish")
    by_word = await reader.say("发布")

    assert by_file == by_command
    assert by_file.startswith("稿子要管理员来发")
    assert "发布" in by_word
    assert not by_word.startswith("稿子要管理员来发")
    async with talk.store.reading() as tx:
        assert await tx.manuscripts.get() is None


async def test_a_pasted_issue_is_read_like_a_file(talk: Talk) -> None:
    admin = editor(talk)
    short = "---\ndate: 2025-12-23\ntitle: AI日报\n---\n\n# 日报\n\n## 新闻\n\n### 一则\n\n正文。\n\n[>阅读原文](https://a.cn/1)\n"

    said = await admin.say(short)
    published = await admin.tap("现在发布")

    assert said.startswith("12月23日的稿子看过了：1个栏目，1条，1个链接")
    assert published.startswith("发布了：")


async def test_a_long_paste_is_put_together_from_its_parts(talk: Talk) -> None:
    admin = editor(talk)
    lines, parts, part = TUESDAYS.splitlines(), [], ""
    for line in lines:
        if len(part) + len(line) > 3_900:
            parts.append(part)
            part = ""
        part += line + "\n"

    told = [await admin.say(part) for part in parts]
    finished = await admin.say(part)

    assert all(said.startswith("收到 ") for said in told)
    assert finished.startswith("12月23日的稿子看过了：5个栏目，41条")


async def test_a_paste_ends_by_a_word_or_is_given_up(talk: Talk) -> None:
    admin = editor(talk)
    long = TUESDAYS[:3_900]

    await admin.say(long)
    given_up = await admin.say("取消")
    await admin.say(long)
    ended = await admin.say("好了")

    assert given_up
    assert "12月23日的稿子" in ended


@pytest.mark.parametrize(
    ("code", "told"), [("document.too_large", "512 kB"), ("document.not_fetched", "再发")]
)
async def test_a_file_that_could_not_be_had_is_told(talk: Talk, code: str, told: str) -> None:
    admin = editor(talk)
    document = Document("a.md", 1, "file", None, code)

    said = admin.drawn(await admin.hear(Incoming(sender="77", document=document)))

    assert "「a.md」" in said
    assert told in said


async def test_help_names_the_editors_commands_to_editors_only(talk: Talk) -> None:
    admin = editor(talk)

    assert "「发布」" in await admin.say("帮助")
    assert "「发布」" not in await admin.another("5").say("帮助")


async def test_whoever_sits_at_the_machine_may_publish(talk: Talk) -> None:
    there = replace(editor(talk), place=Place("console", "me"))

    said = await send_file(there, TUESDAYS)
    await there.say("发布 现在")

    edition = await kept(there)
    assert said.startswith("12月23日的稿子看过了")
    assert edition is not None
    assert (edition.state, await seen(there)) == (IssueState.PUBLISHED, True)


async def test_what_is_not_sent_when_an_issue_is_retracted_is_counted(talk: Talk) -> None:
    admin = editor(talk)
    reader = admin.another("5")
    await reader.say("订阅")
    async with talk.store.transaction() as tx:
        campaign = await tx.campaigns.open(
            f"digest:{MONDAY}", kind="digest", issue_date=MONDAY, now=admin.now
        )
        await tx.campaigns.owe_all(campaign, revision=1, issue_date=MONDAY, now=admin.now)

    asked = await admin.say("撤回 12月22日")

    assert "已送到 0 位，还没发的 1 位不再发；已送到的收不回来。" in asked


def test_tuesday_is_the_day_after_the_newest_issue() -> None:
    assert dt.timedelta(1) == TUESDAY - MONDAY


async def test_what_is_asked_first_is_confirmed_by_a_word_and_by_no_other(talk: Talk) -> None:
    admin = editor(talk)

    await admin.say("撤回 12月22日")
    await admin.say("今日")
    too_late = await admin.say("确认")
    still = await seen(admin, MONDAY)
    await admin.say("撤回 12月22日")
    done = await admin.say("确认")

    assert not too_late.startswith("撤回了")
    assert still
    assert done.startswith("撤回了：12月22日这一期。")


async def test_a_correction_is_made_without_a_button(talk: Talk) -> None:
    admin = editor(talk)

    asked = await admin.say("更正 29 标题 全新的，标题")
    done = await admin.say("确认")

    assert "改成：全新的，标题" in asked
    assert done.startswith("改好了：第29条的标题。")
    assert "全新的，标题" in await admin.say("29")


async def test_replaced_in_mid_push_what_was_not_begun_brings_the_new_text(talk: Talk) -> None:
    admin = editor(talk)
    for number in ("5", "6"):
        await admin.another(number).say("订阅")
    async with talk.store.transaction() as tx:
        campaign = await tx.campaigns.open(
            f"digest:{MONDAY}", kind="digest", issue_date=MONDAY, now=admin.now
        )
        await tx.campaigns.owe_all(campaign, revision=1, issue_date=MONDAY, now=admin.now)
        (begun,) = await tx.outbox.claim(campaign, 1, 1, owner="me", now=admin.now)

    await send_file(admin, SAMPLE.replace("搬进旧船厂", "搬出旧船厂"), "2025-12-22.md")
    await admin.tap("替换现在的")
    async with talk.store.transaction() as tx:
        (waiting,) = await tx.outbox.claim(campaign, 1, 9, owner="me", now=admin.now)

    assert (begun.revision, waiting.revision) == (1, 2)


async def test_readers_whose_hour_has_come_get_a_planned_issue_at_its_hour(talk: Talk) -> None:
    admin = editor(talk)
    reader = admin.another("5")
    await reader.say("订阅")
    await send_file(admin, TUESDAYS)
    await admin.tap("今天 8:00 发布")
    eight = admin.now + dt.timedelta(minutes=30)

    before = await plan(talk.store, admin.house, now=eight - dt.timedelta(seconds=1))
    at_eight = await plan(talk.store, admin.house, now=eight)

    assert (before.owed, at_eight.owed) == (0, 1)
