"""Builds the Chinese lists of words that are no names where nobody is announced.

    python tools/deidentification/chinese_words.py

Writes ``zh_like_names`` and ``zh_word_ends`` into ``privacy/lexicons``; sources and licences stand in its README.
"""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import wordfreq

from primum.privacy.rules.chinese_belief import UNUSUAL
from primum.privacy.rules.chinese_names import COMMON, CUES, DOUBLE, GIVEN, JOINED, ORDINARY, RARE, WEAK_CUES

LEXICONS = Path(__file__).parents[2] / "src" / "primum" / "privacy" / "lexicons"
PER_THOUSAND_MILLION = 9
"""Added to the logarithm of a word's share it gives the frequency on the scale of Zipf."""
FREQUENT, NAMELIKE, ENDING = 2.9, 3.4, 3.5
"""How frequent a word must be, on that scale: one that could be a name, one that surely could, one that ends so."""
_PEOPLE = (
    "鲁迅 林彪 李鹏 陈云 朱德 雷锋 胡适 刘翔 刘邦 李白 陈毅 关羽 项羽 周瑜 舒淇 朱莉 王家 赵家 张家 杨家 江青 马云 "
    "梅西 成龙 高强 高平 高远 高阳 高升 夏明 文静 文华 安华 金龙 金昌 金平 金元 方圆 常青 江海 文豪 文山 文广 文森 "
    "白雪 高歌 万福 华阳 马林 马华 马龙 梅森 江汉 江夏 安邦 华生 高科 高德 高达 文文 乐乐 金莲 玉兰 鹿晗 叶挺 季军 "
    "强强 安安 万宁 武松 左岸 平江 高家 金家 苏宁 欧阳 公孙"
)
PEOPLE = frozenset(_PEOPLE.split())
"""Words that are names, or are as often."""
SELDOM_SEEN = frozenset({"车工"})
LEADING = frozenset(
    "中谢长员工床号日天午晚晨后前时今昨诉称知告嘱求示主任上下医护警妻夫父母姐妹哥弟兄爷奶叔姨婆公伯舅姑邻同事患病老小"
    "名一二三四五六七八九十家代替帮送陪收房处科院的是在和与及由对向给为被让请经跟叫说有了者生士师属人子女儿友"
)
"""Signs after which a name often begins: no word that begins with one of them tells that none does."""


def frequencies() -> Mapping[str, float]:
    """Return the frequencies of Chinese words of two signs, on the scale of Zipf."""
    shares = wordfreq.get_frequency_dict("zh", wordlist="large")
    return {
        word: math.log10(share) + PER_THOUSAND_MILLION
        for word, share in shares.items()
        if len(word) == 2 and all("\u4e00" <= one <= "\u9fff" for one in word)  # noqa: PLR2004
    }


def like_names(words: Mapping[str, float]) -> set[str]:
    """Return frequent words that begin with a surname, also such as end in a sign of a given name."""
    unlike = {one for one in words if one in ORDINARY or one in PEOPLE or one in DOUBLE}
    seldom = {one for one, often in words.items() if often >= FREQUENT and one[0] in RARE | UNUSUAL}
    common = {
        one for one, often in words.items() if one[0] in COMMON and often >= (NAMELIKE if one[1] in GIVEN else FREQUENT)
    }
    return (seldom | common) - unlike | SELDOM_SEEN


def word_ends(words: Mapping[str, float]) -> set[str]:
    """Return frequent words whose second sign could be a surname."""
    surnames, announcing = COMMON | RARE | UNUSUAL, CUES | WEAK_CUES | JOINED
    often = {one for one, how in words.items() if how >= ENDING and one[1] in surnames and one[0] not in LEADING}
    return often - announcing


def write(name: str, words: Iterable[str], source: str) -> None:
    """Write one list."""
    LEXICONS.joinpath(f"{name}.txt").write_text(f"# {source}\n" + "\n".join(sorted(words)) + "\n", encoding="utf-8")


def main() -> None:
    """Write both lists."""
    words = frequencies()
    write(
        "zh_like_names",
        like_names(words),
        "Frequent words that begin with a surname. wordfreq (CC BY-SA 4.0), people left out by hand",
    )
    write(
        "zh_word_ends",
        word_ends(words),
        "Frequent words of two signs whose second could be a surname. wordfreq (CC BY-SA 4.0)",
    )


if __name__ == "__main__":
    main()
