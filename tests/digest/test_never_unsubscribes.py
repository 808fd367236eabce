"""Leaving is never an accident: no other text unsubscribes."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.grammar import understand
from digest.intents import Awaits, Conversation, Incoming, Unsubscribe
from tests.digest.talk import NOW, known, typed

COUNT = 12_000
PEOPLE = "我|他们|用户|读者|OpenAI|字节|奈飞|Netflix|老板|运营商|苹果|公司|大家|the team"
THINGS = (
    "退订率|退订潮|退订按钮|订阅制|订阅费|订阅号|取消订阅的用户|取消政策|TD-LTE|STD|TDD|LTD|退税|退休|"
    "退款|退货|推定过失|退出机制|别克|不要再发的文章|别发了的梗|停止符|stop word|stop loss|churn|"
    "unsubscribe links|the unsubscribe button|opt-out rules|subscription fatigue|订单|预订系统|订书机|"
    "TD银行|TDengine|收不了的场|不想收了的租|cancel culture|DTD|td标签|<td>|退订短信|回复TD退订的短信"
)
DEEDS = (
    "上涨|下降|取消了会议|取消了发布会|谈|研究|优化|怎么算|为什么这么高|引发争议|是什么|宣布涨价|"
    "退出中国市场|推迟发布|停止服务|开源了|说别发了|写道不要再发|教人取消订阅|被指难退订|rises|"
    "is falling|explained|考虑退订奈飞|想取消订阅Netflix|禁止拖延退订|stop training|订了机票|退了货|"
    "不再订阅电视|收购|发布新模型|暂停训练|恢复供货"
)
TEMPLATES = (
    "{who}{what}{does}|{what}{does}|{who} {does} {what}|搜 {what}|搜索{what}|查 {who}{what}|"
    "/search {what} {does}|{does}：{what}|有没有{what}的新闻|请问{what}{does}吗|{who}说：“{what}”|"
    "昨天 {what}|{what}？|{who}的{what}{does}了|关于{what}|今天{who}{does}|{what}和{what2}|"
    "{n}个{who}{does}|为什么{who}{does}|@{who} {what}|《{what}》|#{what}|{who}{does}{n}%|"
    "https://example.com/{n}?a={what}|{what}, {does}|/section {what}|/date {what}|/pause {what}|"
    "订阅{what}|订阅 {what}|改成{what}|我在{what}|不要{what}|关注{what}|取关{what}|取关 {what}|"
    "取消关注{what}|取消关注 {what}|不再关注{what}|关键词 {what}|follow {what}|"
    "unfollow {what}|有{what}就告诉我"
)
QUESTIONS = (
    "怎么退订|退订了吗|如何退订|不要退订|别退订我|没有退订|退订失败|退订？|能退订吗|退订不了|"
    "取消订阅了吗|我退订了吗|为什么要退订|谁退订了|退订成功了吗|推定|退定|T|取消|取消吧|取消关注|"
    "不看了|退出|退|订|D|how do I unsubscribe|did i unsubscribe|unsubscribe?|don't unsubscribe me|"
    "can I unsubscribe|unsubscribed|unsubscibe|unsubscribes|退订和取消|退订 怎么|不退订|先不退订|"
    "还没退订|td吗|TD?|td 是什么|取消订阅?|取消订阅怎么弄|why unsubscribe|cancel|cancel that|"
    "don't stop|stop?|stopwatch|nonstop|退订 量子|/unsubscribe 量子|/unsubscribe ?|/unsubscribe 吗|"
    "退订了|退订过|不是退订|退订是什么意思|这个怎么取消订阅啊|unsubscribe how|别发|别说了|不收|别走|"
    "发了|不发了吗"
)


def other_texts() -> frozenset[str]:
    """Sentences that hold the characters of leaving, and are about something else; each once."""
    rng = random.Random(20251222)
    texts = {asked for question in QUESTIONS.split("|") for asked in _asked(question)}
    templates, people, things, deeds = (words.split("|") for words in (TEMPLATES, PEOPLE, THINGS, DEEDS))
    while len(texts) < COUNT:
        what, what2 = rng.choice(things), rng.choice(things)
        template, who, does = rng.choice(templates), rng.choice(people), rng.choice(deeds)
        texts.add(template.format(who=who, what=what, what2=what2, does=does, n=rng.randint(0, 999)))
    return frozenset(texts)


def _asked(question: str) -> tuple[str, ...]:
    return (question, f" {question}", f"请问{question}？", f"{question}呢？")


def test_no_other_sentence_unsubscribes() -> None:
    here = known()
    texts = sorted(other_texts())

    acted = [text for text in texts if isinstance(understand(typed(text), here), Unsubscribe)]

    assert acted == []
    assert len(texts) == COUNT


def test_no_other_sentence_unsubscribes_in_a_group_or_a_dialogue() -> None:
    texts = sorted(other_texts())[::7]
    asked = known(Conversation(awaits=Awaits.HOUR, asked_at=NOW))

    acted = [
        text
        for text in texts
        if isinstance(understand(Incoming(text=text, private=False, addressed=True), known()), Unsubscribe)
        or isinstance(understand(typed(text), asked), Unsubscribe)
    ]

    assert acted == []


OWN_WORDS = ("退订", "td", "取消订阅", "发了", "再发", "收了", "再收", "订了", "订阅了", "stop", "optout")


@settings(max_examples=1500, deadline=None)
@given(
    st.text(
        alphabet="退订推定取消阅TDtd别发了不要再想收吗怎么没有的率号 ?？。，stopun", min_size=1, max_size=12
    )
)
def test_leaving_takes_its_own_words_and_no_question(text: str) -> None:
    intent = understand(typed(text), known())

    plain = "".join(c for c in text.lower() if c not in " ?？。，")
    asks = any(sign in text for sign in "?？吗怎")
    assert not isinstance(intent, Unsubscribe) or (not asks and any(word in plain for word in OWN_WORDS))
