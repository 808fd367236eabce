"""The words that generated issues are made of: invented names, and phrases that anybody would use."""

from __future__ import annotations

ONSETS = ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "kr", "st", "tr")
VOWELS = ("a", "e", "i", "o", "u", "ai", "or", "en")
FAMILIES = ("VL", "Coder", "Mini", "Pro", "Agent", "Audio", "World", "Flow", "RAG", "Bench")

NAME_HEADS = tuple("星云山海青白远明天北南东西金木水火石竹松兰梅雪雨风雷光影长安")
NAME_TAILS = (
    "桥科技", "帆智能", "石计算", "溪实验室", "原云", "舟机器人", "灯研究院", "塔数据", "湾大学",
    "岭芯片",
)  # fmt: skip

ACTS = (
    "发布", "开源", "推出", "升级", "公布", "重写", "评测", "收购", "联手", "试用", "拆解", "复盘",
    "上线", "下调", "放出", "改进", "质疑", "解释", "缩小", "加速", "训练", "部署", "蒸馏", "量化",
)  # fmt: skip
THINGS = (
    "世界模型", "推理引擎", "语音助手", "代码补全", "向量数据库", "多模态模型", "长文本记忆",
    "机器人手臂", "训练框架", "评测基准", "智能体协议", "端侧模型", "图像编辑", "视频生成", "数据管线",
    "芯片编译器", "权重卸载", "语音检测", "三维重建", "检索增强", "强化学习", "安全护栏", "搜索产品",
    "办公套件", "开发者工具", "知识库", "翻译耳机", "自动驾驶", "天气预报", "药物筛选", "操作系统",
    "文档解析",
)  # fmt: skip
RESULTS = (
    "速度快了一倍", "成本降到原来的三成", "在手机上也能流畅运行", "误报少了七成", "首批向开发者开放",
    "个人用户还要再等一个季度", "价格没有公布", "代码和权重一并放出", "需要的显存减半",
    "效果接近最好的闭源模型", "在公开榜单上排到第二", "团队承认还有不少短板", "业内看法不一",
    "已经有十几家公司在用", "数据来自两年的真实使用", "下一步是支持更多语言", "延迟压到了五十毫秒以内",
    "离线时也能用", "作者给出了完整的复现步骤", "监管部门表示会继续关注", "与同类方案互为补充",
    "靠的是一份随身的草稿本", "训练只用了一个周末",
)  # fmt: skip
LINKS = ("不过", "同时", "据介绍", "值得注意的是", "测试显示", "对普通人来说", "从长远看", "与此同时")
PLAIN = (
    "The team says the gain holds on long inputs", "a smaller model does most of the work",
    "weights and code are open", "it runs on a single card", "the API stays the same",
    "latency drops below 50 ms", "early users report fewer mistakes", "no price has been named yet",
)  # fmt: skip

# A section's title and how many stories of an issue stand in it, of 41.
SECTIONS = (("新闻资讯", 19), ("产品应用", 6), ("推荐文章", 3), ("开源动态", 7), ("算法论文", 6))
