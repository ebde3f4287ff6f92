"""Part 1, the carrier's catalogue: a spreadsheet of two thousand instruments, imported, imported again and undone; one
instrument edited, the list searched, sorted and filtered, one stopped, all submitted."""
import csv
import struct
import zipfile
import zlib

from journey_play import expect, holds, starts
from uidrv import children, wait

TOTAL = 2000
STEPS = []
KINDS = ("场发射扫描电镜", "气相色谱-质谱联用仪", "激光共焦显微镜", "X射线衍射仪", "万能材料试验机", "红外光谱仪", "液相色谱仪", "三坐标测量机")
HEADINGS = ("仪器中文名称", "仪器分类编码", "仪器型号规格", "生产厂商", "产地国别", "所在单位内仪器编号", "仪器原值", "购置日期", "启用日期", "仪器状态",
            "所在地", "仪器安放地址", "主要技术指标", "主要附件及功能", "参考收费标准", "仪器联系人", "电话", "电子邮件")


def step(function):
    STEPS.append(function)
    return function


def row(i, number=None, value=None, bought=None):
    return (KINDS[i % len(KINDS)], "010200", f"M-{i:04d}", "嘉禾精密仪器公司", "中国", number or f"JX{i:05d}",
            value or str(100000 + i * 137), bought or f"2021-{1 + i % 12:02d}-{1 + i % 28:02d}", "2021-12-31",
            "维修中" if i % 100 == 2 else "正常", "330400",
            f"嘉兴市科技路 {i % 99 + 1} 号",
            "分辨率 1.0 nm", "能谱仪、低真空", "300 元/小时", "王工", f"0573-8888{i:04d}", f"w{i}@example.com")


def write_sheet(path, rows, encoding):
    with open(path, "w", newline="", encoding=encoding) as stream:
        csv.writer(stream).writerows([HEADINGS, *rows])
    return path


def write_png(path, red, green, blue):
    """A photograph of one colour."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    lines = (b"\0" + bytes((red, green, blue)) * 320) * 240
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 320, 240, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))
    return path


def carrier(journey):
    return journey.person("carrier1", "carrier")


def imported(journey, *numbers):
    """The rows of the spreadsheet (some, or all) as the server has them, by asset number."""
    asked = {"asset_number": numbers} if numbers else {}
    return {record["fields"]["asset_number"]: record for record in journey.records("instruments", "carrier1", **asked)
            if (record["fields"].get("asset_number") or "").startswith(("JX0", "NEW"))}


TEN = [f"JX{i:05d}" for i in range(10)]


def values(journey):
    found = imported(journey, *TEN)
    return [found[number]["fields"]["original_value"] // 100 for number in TEN]


def open_import(journey):
    ui = carrier(journey)
    journey.page("carrier1", "Instruments")
    ui.click(journey.text("Import"))
    ui.get("push button", journey.text("Download the template"), timeout=20)
    return ui


def dry_run(journey, ui, path):
    ui.click(journey.text("Choose a file"))
    journey.answer_file(ui, path)
    ui.get("push button", journey.text("Start the dry run"), timeout=20)
    journey.shot(f"导入 对应各列 {path.name}")
    ui.click(journey.text("Start the dry run"))
    return ui.get("push button", lambda name: name.startswith("导入 ") and name.endswith("行"), timeout=90)


@step
def carrier_downloads_the_template(journey):
    ui = open_import(journey)
    path = journey.folder / "仪器模板.xlsx"
    ui.click(journey.text("Download the template"))
    journey.answer_file(ui, path, "保存导入模板")
    wait(path.exists, 20, "the template")
    ui.see("模板已保存", 10)
    journey.shot("导入 选择文件")
    with zipfile.ZipFile(path) as archive:
        text = "".join(archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".xml"))
    missing = [heading for heading in HEADINGS if heading not in text and heading not in ("购置日期", "所在地")]
    expect(not missing, f"the template lacks {missing}")


@step
def carrier_imports_two_thousand_instruments(journey):
    ui = carrier(journey)
    dry_run(journey, ui, write_sheet(journey.folder / "catalogue.csv", [row(i) for i in range(TOTAL)], "gbk"))
    journey.shot("导入 预检 新增2000")
    expect(not any(number.startswith("JX0") for number in imported(journey)), "a dry run has imported something")
    ui.click(starts("导入 2"))
    ui.see("新增 2000 行", 120)
    journey.shot("导入 结果")
    journey.settled("carrier1", 120)
    expect(len(imported(journey)) == TOTAL, f"{len(imported(journey))} instruments on the server")


@step
def carrier_imports_again_and_only_changes_change(journey):
    before = imported(journey)
    ui = open_import(journey)
    rows = [row(i, value=str(900000 + i)) for i in range(10)] + [row(i) for i in range(10, 20)]
    rows += [row(30, "NEW1", bought="昨天"), row(31, "NEW2", value="很多钱"), row(32, "NEW3")]
    dry_run(journey, ui, write_sheet(journey.folder / "again.csv", rows, "utf-8-sig"))
    ui.see("不是日期", 10)
    journey.shot("再次导入 新增1 变更10 无变化10 有错误2")
    bad = journey.folder / "有错误的行.csv"
    ui.click(journey.text("Save the bad rows"))
    journey.answer_file(ui, bad)
    wait(bad.exists, 20, "the file of bad rows")
    with open(bad, encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))
    expect(lines[0] == [*HEADINGS, "错误原因"], f"the headings of the bad rows: {lines[0]}")
    expect(len(lines) == 3 and all(line[-1] for line in lines) and lines[1][:-1] == list(row(30, "NEW1", bought="昨天")), lines)
    ui.click("导入 11 行")
    ui.see("变更 10 行", 60)
    wait(lambda: values(journey) == [900000 + i for i in range(10)], 60, "the changed rows on the server")
    after = imported(journey)
    changed = [number for number in after if number not in before or after[number]["revision"] != before[number]["revision"]]
    expect(sorted(changed) == sorted([*TEN, "NEW3"]), f"changed: {changed}")


@step
def carrier_undoes_the_import_as_one(journey):
    ui = carrier(journey)
    ui.click(journey.text("Undo this import"))
    ui.get("push button", journey.text("Download the template"), timeout=60)
    journey.shot("撤销导入")
    wait(lambda: values(journey) == [100000 + i * 137 for i in range(10)], 60, "the earlier values on the server")
    wait(lambda: not imported(journey, "NEW3"), 60, "the end of the new row")
    ui.click(journey.text("Back"))


@step
def carrier_edits_one_with_photos_and_people(journey):
    ui = carrier(journey)
    page = journey.page("carrier1", "Instruments")
    ui.type(journey.text("Search in this list"), "JX00007", base=page)
    journey.open_table_row("carrier1", "Instruments", "M-0007")
    ui.get("push button", journey.text("Save"), timeout=20)
    for number, colour in ((1, (70, 120, 160)), (2, (160, 120, 70))):
        photo = write_png(journey.folder / f"照片{number}.png", *colour)
        ui.click(journey.text("Photos"), role="push button")
        journey.answer_file(ui, photo)
        ui.see(photo.name, 20)
    ui.type(journey.text("Contact"), "赵明")
    ui.type(journey.text("Contact phone"), "0573-83640007")
    ui.click(journey.text("Add a row"))
    ui.type(journey.text("Name of the person"), "钱工")
    ui.type(journey.text("Duty"), "操作")
    ui.scroll(ui.window(lambda name: True), 60)
    journey.shot("编辑仪器 照片与人员")
    ui.click(journey.text("Save"))
    wait(lambda: len(imported(journey, "JX00007")["JX00007"]["fields"].get("photos") or []) == 2, 60, "the photos on the server")
    fields = imported(journey, "JX00007")["JX00007"]["fields"]
    expect(fields["contact_name"] == "赵明" and fields["operators"][0]["name"] == "钱工", f"people: {fields}")
    ui.click(journey.text("Back"))


def cells(journey, column):
    """What stands in one column of the first rows of the table, from the top."""
    rows = list(children(journey.table_rows("carrier1", "Instruments")))[:8]
    return ["".join(label.get_name() for label in journey.clients["carrier1"].all("label", None, list(children(row))[column]))
            for row in rows]


@step
def carrier_searches_sorts_and_filters(journey):
    ui = carrier(journey)
    page = journey.page("carrier1", "Instruments")
    ui.type(journey.text("Search in this list"), "激光共焦", base=page)
    wait(lambda: set(cells(journey, 1)) == {"激光共焦显微镜"}, 30, "the search")
    head = ui.get("tree table", None, page)
    for first, what in (("10", "the cheapest first"), ("37", "the dearest first")):  # up, then down
        ui.present()
        ui.mouse(ui.get("label", starts(journey.text("Original value")), head))
        wait(lambda first=first: (found := cells(journey, 5)) and found[0].startswith(first) and
             found == sorted(found, reverse=first == "37"), 30, what)
    condition = ui.get("combo box", journey.text("Condition"), page)
    for _ in range(2):
        ui.act(condition, "dropdown.next")
    wait(lambda: set(cells(journey, 6)) == {journey.text("Under repair")}, 30, "the filter")
    journey.shot("检索 排序 筛选")
    for _ in range(2):
        ui.act(condition, "dropdown.previous")
    ui.type(journey.text("Search in this list"), "", base=page)


@step
def carrier_marks_one_stopped(journey):
    ui = carrier(journey)
    page = journey.page("carrier1", "Instruments")
    ui.click(journey.text("Listed"), base=page)
    wait(lambda: set(cells(journey, 3)) == {journey.text("Listed")}, 30, "the listed instruments")
    number = cells(journey, 4)[0]  # several have the same name
    journey.stopped = journey.records("instruments", "carrier1", state="listed", asset_number=number)[0]["id"]
    journey.open_table_row("carrier1", "Instruments", number)
    journey.step("carrier1", "Stop")
    wait(lambda: any(record["id"] == journey.stopped for record in journey.records("instruments", "carrier1", state="stopped")),
         60, "the stopped instrument")
    ui.see(journey.text("Stopped"), 20)
    journey.shot("停用一台仪器")
    ui.click(journey.text("Back"))
    ui.click(journey.text("All"), base=page)


@step
def carrier_submits_all_for_review(journey):
    ui = carrier(journey)
    page = journey.page("carrier1", "Instruments")
    ui.click(journey.text("Draft"), base=page)
    wait(lambda: set(cells(journey, 3)) == {journey.text("Draft")}, 30, "the drafts")
    ui.present()
    ui.key("ctrl+a")
    ui.get("push button", starts(f"提交审核 {TOTAL + 1}"), timeout=60)
    journey.shot("全部提交审核")
    ui.click(starts(f"提交审核 {TOTAL + 1}"))
    ui.see(f"已完成 {TOTAL + 1} 项", 120)
    journey.shot("已提交审核")
    expect(len(journey.records("instruments", "carrier1", state="pending", asset_number=TEN)) == 10, "not pending on the server")
