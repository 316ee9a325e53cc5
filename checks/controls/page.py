"""The handbook's page about the controls, and the table of `benvung controls`.

python -m checks.controls.page     write docs/handbook/controls.md anew
"""

from rich.table import Table

from checks.controls.judge import CONTROLS
from checks.findings import Severity
from inventory.loader import ROOT
from inventory.words import _, catalogue, mark

PAGE = ROOT / "docs/handbook/controls.md"
SEVERITIES = {
    Severity.GRAVE: mark("grave"),
    Severity.NORMAL: mark("normal"),
    Severity.MINOR: mark("minor"),
}
# The handbook is Vietnamese, whatever the language of the one who writes it.
HEAD = """# Các điều kiểm tra hằng đêm

Trang này do chương trình viết ra từ chính các điều kiểm tra (`python -m checks.controls.page`): đừng sửa tay.

Mỗi điều có một trong các kết quả: đạt, không đạt, được miễn (đến ngày ghi trong `inventory/waivers.yml`), không rõ, không liên lạc được. Máy không nói được điều gì thì kết quả là không rõ, không bao giờ là đạt.

Mức độ: **nặng** là bạn đọc hay dữ liệu của họ gặp nguy hiểm, hoặc máy không dùng được; **vừa** là sửa trong tuần; **nhẹ** là sửa khi có dịp.
"""


def page() -> str:
    """The page's text, in Vietnamese."""
    say = catalogue("vi").gettext
    lines = [HEAD]
    aspects = dict.fromkeys(one.aspect for one in CONTROLS)
    for aspect in aspects:
        lines.append(f"## [{aspect}]({aspect}.md)\n")
        lines.append("| mã | đạt nghĩa là | vì sao | không đạt thì | mức độ |")
        lines.append("|---|---|---|---|---|")
        for one in CONTROLS:
            if one.aspect == aspect:
                remedy = say(one.remedy).format(aspect=aspect, host="<máy>")
                cells = (say(one.title), say(one.reason), remedy, say(SEVERITIES[one.severity]))
                lines.append(f"| `{one.id}` | {' | '.join(map(_cell, cells))} |")
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def controls_table() -> Table:
    """Every control with its title and severity, for 80 columns, in the person's language."""
    table = Table(box=None, pad_edge=False)
    table.add_column(_("control"), no_wrap=True)
    table.add_column(_("when it is ok"), ratio=1)
    table.add_column(_("severity"), no_wrap=True)
    last = ""
    for one in CONTROLS:
        if last and one.aspect != last:
            table.add_section()
        last = one.aspect
        table.add_row(one.id, _(one.title), _(SEVERITIES[one.severity]))
    return table


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
