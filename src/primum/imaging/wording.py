"""The refusals in plain words, English and Chinese: what is wrong, what to do, and who can do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from primum.domain.study import Words
from primum.imaging.reasons import Actor, Reason

ACTORS: Final[Mapping[Actor, Words]] = {
    Actor.STEWARD: Words(en="the data steward", zh="数据管理员"),
    Actor.IMAGING: Words(en="the imaging department", zh="影像科"),
    Actor.ANNOTATOR: Words(en="whoever marked the pictures", zh="标注人员"),
    Actor.AUTHOR: Words(en="the study author", zh="研究作者"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A refusal in words."""

    what: Words
    remedy: Words
    actor: Actor


def _said(actor: Actor, en: tuple[str, str], zh: tuple[str, str]) -> Said:
    return Said(what=Words(en=en[0], zh=zh[0]), remedy=Words(en=en[1], zh=zh[1]), actor=actor)


_FETCH = ("Fetch it anew from the archive, or leave it out.", "请从归档系统重新获取，或将其排除。")
SAID: Final[Mapping[Reason, Said]] = {
    Reason.NOT_AN_IMAGE: _said(
        Actor.STEWARD,
        ("The file is no picture of the format that the study declares.", "Remove it, or declare its format."),
        ("该文件不是研究所声明格式的图像。", "请移除该文件，或声明其格式。"),
    ),
    Reason.TRUNCATED: _said(
        Actor.STEWARD,
        ("The file ends before what it announces.", _FETCH[0]),
        ("文件不完整，提前结束。", _FETCH[1]),
    ),
    Reason.CORRUPT: _said(
        Actor.STEWARD,
        ("The file cannot be decoded.", _FETCH[0]),
        ("文件无法解码。", _FETCH[1]),
    ),
    Reason.SYNTAX: _said(
        Actor.IMAGING,
        (
            "The pixels are in a transfer syntax that is private, unknown, or not the one the file names.",
            "Export the series uncompressed or in a standard transfer syntax.",
        ),
        ("像素的传输语法为私有、未知，或与文件所声明的不符。", "请以未压缩或标准传输语法导出该序列。"),
    ),
    Reason.NO_PIXELS: _said(
        Actor.STEWARD,
        ("The file is DICOM, but holds no picture.", "Leave reports, plans and presentation states out of the folder."),
        ("该文件为 DICOM，但不含图像。", "请将报告、计划和显示状态文件移出文件夹。"),
    ),
    Reason.SEVERAL_PICTURES: _said(
        Actor.STEWARD,
        ("The file holds several pictures where one is expected.", "Export one file a picture."),
        ("该文件含多幅图像，而此处应只有一幅。", "请每幅图像导出一个文件。"),
    ),
    Reason.TOO_SMALL: _said(
        Actor.STEWARD,
        ("The picture has too few samples to show anything.", "Remove thumbnails and icons."),
        ("图像过小，无法显示任何内容。", "请移除缩略图和图标。"),
    ),
    Reason.TOO_LARGE: _said(
        Actor.STEWARD,
        ("The picture needs more memory than allowed.", "Export it at a lower resolution, or cut to the region."),
        ("图像所需内存超过允许值。", "请以较低分辨率导出，或裁剪至感兴趣区域。"),
    ),
    Reason.CONSTANT: _said(
        Actor.IMAGING,
        ("All samples of the picture are equal: it is blank.", "Export it again, or leave it out."),
        ("图像所有像素值相同，为空白图像。", "请重新导出，或将其排除。"),
    ),
    Reason.NOT_FINITE: _said(
        Actor.STEWARD,
        ("The picture holds samples that are no numbers, or infinite.", "Repair the step that computed it."),
        ("图像含有非数值或无穷大的像素。", "请修复生成该图像的步骤。"),
    ),
    Reason.DEPTH: _said(
        Actor.IMAGING,
        (
            "The file says how many bits its samples have, and they have more.",
            "Export the picture again: read as it says, it would be cut or wrapped.",
        ),
        ("像素位深与文件所声明的不符。", "请重新导出图像；按声明读取将造成截断或回绕。"),
    ),
    Reason.DEPTH_MIXED: _said(
        Actor.STEWARD,
        (
            "The picture's samples are of another bit depth than those of most pictures of this source.",
            "Export all pictures at one depth: a model takes 8-bit values for darker 12-bit ones.",
        ),
        ("该图像的位深与本来源的多数图像不同。", "请以同一位深导出全部图像。"),
    ),
    Reason.COLOUR: _said(
        Actor.STEWARD,
        (
            "The picture is in colour where most of this source are grey, or grey where most are in colour.",
            "Put photographs and screenshots elsewhere, or export all pictures alike.",
        ),
        ("该图像的颜色类型（彩色或灰度）与本来源的多数图像不同。", "请将照片和截图另行存放，或统一导出。"),
    ),
    Reason.PHOTOMETRIC: _said(
        Actor.IMAGING,
        (
            "What the samples mean (photometric interpretation) is not said, or not possible for these samples.",
            "Export the picture again as MONOCHROME2 or RGB.",
        ),
        ("像素的光度解释未说明，或与像素不符。", "请以 MONOCHROME2 或 RGB 重新导出。"),
    ),
    Reason.ALPHA: _said(
        Actor.STEWARD,
        ("The picture is partly transparent, so what it shows hangs on what lies behind.", "Export it opaque."),
        ("图像部分透明，其显示取决于背景。", "请以不透明方式导出。"),
    ),
    Reason.DECODERS: _said(
        Actor.IMAGING,
        (
            "Two independent decoders read different samples, places or ranges from it.",
            "Export the picture uncompressed in a standard form, and report the file's origin to the maintainers.",
        ),
        ("两个独立解码器读出的像素、位置或取值范围不一致。", "请以标准未压缩格式重新导出，并向维护者报告文件来源。"),
    ),
    Reason.SERIES_SEVERAL: _said(
        Actor.AUTHOR,
        (
            "A subject has several series where one is expected.",
            "Name the series by its description under `path` of the column, or export one series a subject.",
        ),
        ("受试者有多个序列，而此处应只有一个。", "请在列的 `path` 中按描述指明序列，或每名受试者只导出一个序列。"),
    ),
    Reason.SERIES_NONE: _said(
        Actor.AUTHOR,
        ("A subject has no series of this description.", "Correct `path` of the column, or export the series."),
        ("受试者没有该描述的序列。", "请更正列的 `path`，或导出该序列。"),
    ),
    Reason.SUBJECT: _said(
        Actor.STEWARD,
        ("Whose picture it is cannot be told.", "Put it into its subject's folder, or fill PatientID."),
        ("无法判定该图像属于哪名受试者。", "请放入该受试者的文件夹，或填写 PatientID。"),
    ),
    Reason.SUBJECTS_MIXED: _said(
        Actor.STEWARD,
        ("One subject's folder holds files of several patients.", "Put each patient's files into an own folder."),
        ("同一受试者的文件夹含有多名患者的文件。", "请将每名患者的文件放入各自的文件夹。"),
    ),
    Reason.SUBJECT_TWICE: _said(
        Actor.AUTHOR,
        ("A subject has several pictures where one is expected.", "Choose one, or make the file the subject."),
        ("受试者有多幅图像，而此处应只有一幅。", "请选择其一，或以文件作为受试者。"),
    ),
    Reason.SLICE_TWICE: _said(
        Actor.IMAGING,
        (
            "A slice is there twice: the same instance, or two at one place.",
            "Remove the copy; export the series again.",
        ),
        ("切片重复：同一实例，或同一位置有两个切片。", "请移除副本并重新导出序列。"),
    ),
    Reason.SLICE_MISSING: _said(
        Actor.IMAGING,
        (
            "A slice is missing: the gap is a multiple of the spacing.",
            "Fetch the whole series again; volumes measured across a gap are too large.",
        ),
        ("缺少切片：间隙为层间距的整数倍。", "请重新获取完整序列；跨间隙测得的体积偏大。"),
    ),
    Reason.SPACING_MIXED: _said(
        Actor.IMAGING,
        ("The slices are not evenly spaced.", "Export a series with one spacing, or have it resampled there."),
        ("切片间距不均匀。", "请导出间距一致的序列，或在源端重采样。"),
    ),
    Reason.SIZE_MIXED: _said(
        Actor.IMAGING,
        ("The slices are not of one size.", "Leave scouts out, and export one series a folder."),
        ("切片尺寸不一致。", "请排除定位像，并每个文件夹只导出一个序列。"),
    ),
    Reason.RESCALE_MIXED: _said(
        Actor.IMAGING,
        ("The slices differ in photometric interpretation, kind of samples or unit.", "Export the series again."),
        ("各切片的光度解释、像素类型或单位不一致。", "请重新导出该序列。"),
    ),
    Reason.ORIENTATION_MIXED: _said(
        Actor.IMAGING,
        ("The slices are not parallel.", "Leave scouts out, and export one series a folder."),
        ("切片互不平行。", "请排除定位像，并每个文件夹只导出一个序列。"),
    ),
    Reason.ORIENTATION: _said(
        Actor.STEWARD,
        (
            "The file says two different things of its orientation, so left and right may be exchanged.",
            "Convert it again from DICOM, with qform and sform alike.",
        ),
        ("文件对其方位有两种不同说法，左右可能颠倒。", "请从 DICOM 重新转换，使 qform 与 sform 一致。"),
    ),
    Reason.TILTED: _said(
        Actor.IMAGING,
        (
            "The slices are not stacked at right angles (gantry tilt).",
            "Have the series resampled to an upright stack.",
        ),
        ("切片未垂直堆叠（机架倾斜）。", "请将序列重采样为垂直堆叠。"),
    ),
    Reason.GEOMETRY: _said(
        Actor.IMAGING,
        (
            "The volume does not say where it lies in the patient; readers would invent it.",
            "Convert it again with its geometry, or export it as DICOM.",
        ),
        ("体数据未说明其在患者体内的位置；读取程序只能臆造。", "请连同几何信息重新转换，或以 DICOM 导出。"),
    ),
    Reason.UNIT: _said(
        Actor.STEWARD,
        ("Lengths are given in another unit than millimetres.", "Convert the file to millimetres."),
        ("长度单位不是毫米。", "请将文件转换为毫米。"),
    ),
    Reason.ASPECT: _said(
        Actor.IMAGING,
        (
            "The pixels are not square, and nobody says how long they are.",
            "Export the picture with its pixel spacing, or resampled to square pixels.",
        ),
        ("像素非正方形，且未说明其长度。", "请连同像素间距导出，或重采样为正方形像素。"),
    ),
    Reason.BURNED_IN_UNSEEN: _said(
        Actor.STEWARD,
        (
            "The file says that identifying text is burned in, and none was found to be blacked out.",
            "Look at the picture: blacken the text by hand, or correct BurnedInAnnotation.",
        ),
        ("文件声明像素中烧录有身份文字，但未能找到并涂黑。", "请查看图像：手工涂黑文字，或更正 BurnedInAnnotation。"),
    ),
    Reason.BURNED_IN_LEFT: _said(
        Actor.STEWARD,
        (
            "Text can still be read in the pixels after it was blacked out.",
            "Blacken the picture by hand, or leave it out.",
        ),
        ("涂黑后像素中仍可读出文字。", "请手工涂黑该图像，或将其排除。"),
    ),
    Reason.PICTURE_NONE: _said(
        Actor.AUTHOR,
        ("There is no picture where the study says that there are some.", "Correct `path` of the source or column."),
        ("研究声明有图像的位置没有图像。", "请更正来源或列的 `path`。"),
    ),
    Reason.MASK_MISSING: _said(
        Actor.ANNOTATOR,
        (
            "There is no mask for the picture, or several.",
            "Add it or remove the copy; or list `absent` under `missing` of the column: its outcome is then unknown.",
        ),
        (
            "该图像没有掩膜，或有多个。",
            "请补充掩膜或移除副本；或在该列的 `missing` 中列出 `absent`，其结局即视为未知。",
        ),
    ),
    Reason.MASK_ALONE: _said(
        Actor.ANNOTATOR,
        (
            "A mask or annotation belongs to no picture.",
            "Add the picture, remove what belongs to it, or list `absent` under `missing` of the column.",
        ),
        (
            "掩膜或标注没有对应的图像。",
            "请补充图像，移除该掩膜或标注，或在该列的 `missing` 中列出 `absent`。",
        ),
    ),
    Reason.MASK_SIZE: _said(
        Actor.ANNOTATOR,
        ("The mask is of another size than its picture.", "Export the mask on the grid of its picture."),
        ("掩膜与图像尺寸不同。", "请在图像的网格上导出掩膜。"),
    ),
    Reason.MASK_PLACE: _said(
        Actor.ANNOTATOR,
        (
            "The mask lies elsewhere in the patient than its picture, or is turned.",
            "Export the mask with the affine of its picture; do not just copy the header.",
        ),
        ("掩膜与图像在患者体内的位置或方位不一致。", "请以图像的仿射矩阵导出掩膜，勿仅复制文件头。"),
    ),
    Reason.MASK_EMPTY: _said(
        Actor.ANNOTATOR,
        (
            "The mask marks nothing.",
            "Mark it; or write `low: 0` for the column where that is meant, or list `empty` under its `missing`.",
        ),
        (
            "掩膜为空。",
            "请标注；若确属无标记，请在该列写明 `low: 0`；若表示未标注，请在其 `missing` 中列出 `empty`。",
        ),
    ),
    Reason.MASK_LABELS: _said(
        Actor.ANNOTATOR,
        (
            "The mask holds labels that are no whole numbers, or none of the categories.",
            "Export it without smoothing or compression, one whole number a structure.",
        ),
        ("掩膜含有非整数标签，或不在类别之中。", "请勿平滑或有损压缩，每个结构用一个整数导出。"),
    ),
    Reason.LABEL_MISSING: _said(
        Actor.ANNOTATOR,
        ("The picture has no label: no folder, list or annotation says it.", "Add it, or leave the picture out."),
        ("该图像没有标签：没有文件夹、列表或标注说明。", "请补充标签，或排除该图像。"),
    ),
    Reason.LABEL: _said(
        Actor.STEWARD,
        ("The label is not one whole number or word a picture.", "Declare an array of one label a picture."),
        ("标签不是每幅图像一个整数或词。", "请声明每幅图像一个标签的数组。"),
    ),
    Reason.COUNT: _said(
        Actor.STEWARD,
        ("The arrays have different numbers of rows, so nobody can tell what belongs together.", "Export it again."),
        ("各数组行数不同，无法判定对应关系。", "请重新导出。"),
    ),
    Reason.ANNOTATION: _said(
        Actor.ANNOTATOR,
        ("The annotation is not Pascal VOC or COCO, or not of this picture.", "Export it again in one of the two."),
        ("标注不是 Pascal VOC 或 COCO 格式，或不属于该图像。", "请以两者之一重新导出。"),
    ),
    Reason.BOX: _said(
        Actor.ANNOTATOR,
        ("A box has no area, or lies outside its picture.", "Correct the box, or remove it."),
        ("标注框面积为零，或超出图像。", "请更正或删除该框。"),
    ),
}
