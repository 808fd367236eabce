"""The words of the commands without a slash; the first of each language is the one shown."""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[str, tuple[str, ...]]


def _words(*, zh: str = "", en: str = "", pinyin: str = "") -> Words:
    """Words by language: Chinese ones stand between blanks, English ones between bars."""
    spoken = {
        "zh": tuple(zh.split()),
        "en": tuple(en.split("|")) if en else (),
        "pinyin": tuple(pinyin.split()),
    }
    return {language: words for language, words in spoken.items() if words}


TODAY = _words(
    zh=(
        "今日 今天 日报 早报 最新 今日日报 今天日报 今天的日报 今日早报 简报 今日份 早 来一份 "
        "最新一期 最新的 最近一期 今日新闻 今日资讯 今天有啥 今天有什么 "
        "今天有什么新闻 今天有哪些新闻 今日有咩新闻 今天有啥新闻 有什么新闻 新的 最新日报 "
        "最新消息 今日简报 今儿 今天这期 这一期 这期 本期 看日报 每日日报 AI日报 晨报 "
        "晚报 今晨 今早 今天早上 来一期 全部 全文 今天全文 看全文 全部新闻 头条 今天头条 今日要闻 要闻"
    ),
    en=(
        "today|latest|news|digest|newest|latest issue|today's news|today's issue|todays news|"
        "today's digest|the latest|latest news|what's new|whats new|daily|new"
    ),
    pinyin="jr jinri jintian ribao zaobao zuixin",
)
SECTIONS = _words(
    zh=(
        "栏目 目录 版块 板块 分类 所有板块 全部板块 有哪些栏目 哪些栏目 有什么栏目 都有什么栏目 "
        "有哪些板块 有哪些版块 有哪些分类 都有哪些栏目 栏目列表 栏目目录 有几个栏目 "
        "什么栏目 频道"
    ),
    en=(
        "sections|section|contents|categories|topics|what sections are there|list sections|"
        "which sections|table of contents|toc"
    ),
    pinyin="lanmu mulu bankuai lm",
)
DATE = _words(
    zh="日期",
    en="date",
)
ARCHIVE = _words(
    zh=(
        "往期 历史 日历 历史日报 往期日报 往期回顾 以前的 过往 全部往期 过刊 归档 历史记录 "
        "往期内容 之前的 过去的 回顾 存档"
    ),
    en="archive|history|calendar|past issues|back issues|older|previous issues|past",
    pinyin="wangqi lishi rili",
)
FOLLOW = _words(
    zh=(
        "关注词 关键词 我的关注 我的关注词 关注列表 关注的词 我的关键词 关键字 关注了什么 我关注了什么 "
        "关注了哪些 我关注了哪些 关注了哪些词 有哪些关注词 关注词列表 怎么关注 如何关注 怎么加关注词 "
        "添加关注词 加关注词 管理关注词 改关注词 关注词设置"
    ),
    en=(
        "following|followed words|my words|watchlist|my keywords|keywords|what do i follow|"
        "what am i following|follow|unfollow|follows|my follows"
    ),
    pinyin="guanzhuci",
)
CATCH_UP = _words(
    zh=(
        "补看 补课 错过的 漏了哪些 这几天的 错过了什么 我错过了什么 错过了哪些 我错过了哪些 错过哪些 "
        "漏了什么 漏看的 没看的 没看到的 没看过的 前几天的 这些天的 最近几天的 补一下 补上 落下的 "
        "落下了哪些 漏掉的 错过的日报 这几天 前几天 这几天有什么 这几天的日报 错过了 漏了"
    ),
    en=(
        "catch up|what did i miss|what have i missed|missed|catch me up|what i missed|"
        "did i miss anything|anything i missed|fill me in|what did i miss?"
    ),
    pinyin="bukan buke",
)
WHOLE = _words(
    zh="整期 看整期 整期的 整期都看 看整期的 完整一期",
    en="whole issue|the whole issue|whole|everything in it",
)
SEARCH = _words(
    zh="搜 搜索 查 找 查找 查询",
    en="search|find",
)
SUBSCRIBE = _words(
    zh=(
        "订阅 定阅 订约 我要订阅 每天发我 每天发给我 订阅日报 订阅早报 开始订阅 重新订阅 订一份 "
        "订阅一下 确认订阅 我订 天天发我 每天推送 订"
    ),
    en="subscribe|sign up|sign me up|subscribe me|resubscribe|sub",
    pinyin="dingyue dy",
)
PAUSE = _words(
    zh="暂停 暂停推送 停一下",
    en="pause|snooze",
)
RESUME = _words(
    zh=(
        "恢复 继续发 恢复推送 恢复订阅 提前恢复 接着发 继续推送 取消暂停 结束暂停 撤销退订 "
        "取消退订 恢复发送 重新发 重新开始发 重新开始 恢复了 又想收了 继续收 恢复吧 "
        "继续给我发"
    ),
    en="resume|unpause|continue sending|undo",
    pinyin="huifu",
)
SETTINGS = _words(
    zh="设置 设定 我的设置 个人设置 偏好 选项 配置 我的 修改设置",
    en="settings|preferences|options|my settings|setting|config",
    pinyin="shezhi",
)
STATUS = _words(
    zh=(
        "状态 没收到 怎么没收到 今天怎么没发 怎么还没收到 为什么没收到 为啥没收到 还没收到 "
        "我没收到 没有收到 没发 今天没发 怎么没发 怎么还没发 今天怎么还没发 今天没收到 "
        "今天怎么没收到 订阅了吗 订阅了没 我订阅了吗 我订阅了没有 我订阅了没 订阅成功了吗 "
        "我的状态 我的订阅 订阅状态 什么时候发 几点发的 下一期什么时候 没收到日报 今天的没收到 "
        "收不到 怎么收不到 为什么收不到 为什么没发 为啥没发 昨天没收到 昨天怎么没发 是否订阅 "
        "已订阅了吗 今天停刊吗"
    ),
    en=(
        "status|my status|am i subscribed|didn't get it|not received|i didn't get it|"
        "why didn't i get it|where is my digest|nothing today|when is the next one|didn't arrive"
    ),
    pinyin="zhuangtai",
)
HELP = _words(
    zh=(
        "帮助 菜单 怎么用 使用说明 功能 命令 用法 说明 怎么使用 如何使用 你会什么 你能做什么 "
        "你能干什么 你会做什么 能做什么 有什么功能 有哪些功能 怎么玩 教程 指令 "
        "所有命令 使用帮助 求助 怎么订阅 如何订阅 怎么设置 怎么暂停 怎么恢复 怎么搜索 怎么查 不会用 回复什么"
    ),
    en=(
        "help|help me|menu|commands|how to use|how does this work|what can you do|usage|manual|"
        "how do i subscribe|how to subscribe"
    ),
    pinyin="bangzhu bz caidan",
)
SHARE = _words(
    zh="分享 推荐给朋友 分享给朋友 转给朋友 邀请朋友 邀请 转发 转发给朋友 怎么分享 怎么推荐给朋友 二维码",
    en="share|invite|tell a friend",
    pinyin="fenxiang",
)
CANCEL = _words(
    zh="取消 算了 不改了 不用了 撤销 放弃",
    en="cancel|never mind|nevermind|abort|quit|exit",
    pinyin="quxiao",
)
NEXT = _words(
    zh=(
        "下一页 下页 更多 继续 还有吗 还有呢 还有没有 翻页 后一页 往后翻 往下 下一批 加载更多 "
        "继续看 看更多 后面的 接着看 还有"
    ),
    en="next|more|n|next page|continue|show more|go on",
    pinyin="xiayiye",
)
PREVIOUS = _words(
    zh="上一页 上页 返回 前一页 往前翻 往上 后退 回去 返回上一页",
    en="back|prev|previous|previous page|p",
    pinyin="shangyiye",
)
EARLIER = _words(
    zh="上一期 上期 前一期 前期 上一天 前一天 上一篇日报 再前一期 上一份 上期日报",
    en="previous issue|last issue|prev issue|earlier|the day before|previous day",
    pinyin="shangyiqi",
)
LATER = _words(
    zh="下一期 下期 后一期 下一天 后一天 下一份 下期日报",
    en="next issue|next day|later|the day after",
    pinyin="xiayiqi",
)
BROADCAST = _words(zh="发公告 发布公告 群发公告", en="send a broadcast|new broadcast")
CAMPAIGNS = _words(zh="发送记录 群发记录 公告记录", en="campaigns|sent broadcasts")
PREVIEW = _words(
    zh="预览 看样子 看校样 校样",
    en="preview|proof|show the proof",
)
PUBLISH = _words(
    zh="发布 发布稿子 发布这期",
    en="publish|publish it|publish the issue",
)
RETRACT = _words(
    zh="撤回 撤稿 撤回这期",
    en="retract|retract it|withdraw",
)
CORRECT = _words(
    zh="更正 改正 勘误",
    en="correct|correction|erratum",
)
REPORT = _words(
    zh="战报 送达情况 发送情况 早报发得怎么样",
    en="report|delivery report|how did it go",
)
PAIR = _words(zh="关联 关联账号 关联另一个渠道 绑定 绑定账号", en="link|link another channel|link accounts")
UNPAIR = _words(zh="解除关联 取消关联 解除绑定 解绑", en="unlink|unlink channels")
ANSWER = _words(
    zh="回复 答复",
    en="reply|answer",
)
ROBOTS = _words(zh="企业微信群 企业微信机器人 群机器人", en="group robots|wecom groups")
PREFER = _words(zh="日报发到这里 发到这里 以后发到这里", en="send it here|digest here")
