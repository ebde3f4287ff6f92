"""The first two parts of the journey: a carrier's catalogue from a spreadsheet, and the reviewer who decides on it."""
import csv
import time

from uidrv import Timeout, wait

TOTAL = 2000
STEPS = []
KINDS = ("场发射扫描电镜", "气相色谱-质谱联用仪", "激光共焦显微镜", "X射线衍射仪", "万能材料试验机", "红外光谱仪", "液相色谱仪", "三坐标测量机")
HEADINGS = ("仪器中文名称", "仪器分类编码", "仪器型号规格", "生产厂商", "产地国别", "所在单位内仪器编号", "仪器原值", "购置日期", "启用日期", "仪器状态",
            "所在地", "仪器安放地址", "主要技术指标", "主要附件及功能", "参考收费标准", "仪器联系人", "电话", "电子邮件")


def step(function):
    STEPS.append(function)
    return function


def starts(word):
    return lambda name: name.startswith(word)


def row(i, number=None, value=None, bought=None):
    return (KINDS[i % len(KINDS)], "010200", f"M-{i:04d}", "某某仪器公司", "中国", number or f"JX{i:05d}",
            value or str(100000 + i * 137), bought or f"2021-{1 + i % 12:02d}-{1 + i % 28:02d}", "2021-12-31", "正常", "330400",
            f"嘉兴市科技路 {i % 99 + 1} 号", "分辨率 1.0 nm", "能谱仪、低真空", "300 元/小时", "王工", f"0573-8888{i:04d}", f"w{i}@example.com")


def write_sheet(path, rows, encoding):
    with open(path, "w", newline="", encoding=encoding) as stream:
        csv.writer(stream).writerows([HEADINGS, *rows])
    return path


def open_page(ui, title):
    item = wait(lambda: ui.find("list item", starts(title)), 30, f"page {title}")
    item.get_parent().get_selection_iface().select_child(item.get_index_in_parent())


def answer_chooser(ui, path):
    """Types a path into GTK's own dialog for files."""
    ui.get("push button", lambda name: name.startswith(("打开", "保存", "选择")) and ui.find("entry") is not None)
    time.sleep(0.6)
    ui.present()
    if ui.find("text", starts("名称")) is None:
        ui.key("slash")
        time.sleep(0.4)
    ui.key("ctrl+a")
    ui.write(str(path))
    time.sleep(0.3)
    ui.key("Return")
    time.sleep(0.5)


def dry_run(ui, path):
    ui.click(starts("选择文件"))
    answer_chooser(ui, path)
    ui.click("开始预检")
    return wait(lambda: ui.find("push button", lambda name: name.startswith("导入 ") and "行" in name), 60, "the dry run")


def chip(ui, title):
    ui.click(title, role=("push button", "toggle button"))
    time.sleep(1.2)


def person(journey, name, window):
    """The client of an account; the steps may be played alone or after others."""
    ui = journey.clients.get(name)
    if ui is None and (journey.folder / name).exists():
        ui = journey.come_back(name, "--window", window)
    elif ui is None:
        ui = journey.sign_in(name, "--window", window)
    ui.present()
    return ui


def carrier(journey):
    return person(journey, "carrier1", "carrier")


def reviewer(journey):
    return person(journey, "reviewer2", "reviewer")


def settled(ui, timeout=60):
    wait(lambda: ui.find("push button", starts("已同步")), timeout, "everything sent")


def undo(ui):
    """The button does nothing while rows are still being kept."""
    for _ in range(3):
        time.sleep(3)
        ui.click("撤销本次导入")
        try:
            ui.see("已撤销导入", 5)
            return
        except Timeout:
            ui.present()
    raise Timeout("the import was not undone")


@step
def carrier_imports_two_thousand_instruments(journey):
    ui = carrier(journey)
    open_page(ui, "仪器")
    time.sleep(1)
    ui.click(starts("导入"))
    journey.shot("载体 导入 选择文件")
    dry_run(ui, write_sheet(journey.folder / "catalogue.csv", [row(i) for i in range(TOTAL)], "gbk"))
    journey.shot("载体 导入 预检 新增2000")
    ui.click(starts("导入 2"))
    ui.see("新增 2000 行", 60)
    journey.shot("载体 导入 结果")
    settled(ui)


@step
def carrier_imports_again_and_undoes_it(journey):
    ui = carrier(journey)
    ui.click("返回仪器列表")
    time.sleep(0.5)
    ui.click(starts("导入"))
    rows = [row(i, value=str(900000 + i)) for i in range(10)] + [row(i) for i in range(10, 20)]
    rows += [row(30, "NEW1", bought="昨天"), row(31, "NEW2", value="很多钱"), row(32, "NEW3")]
    dry_run(ui, write_sheet(journey.folder / "again.csv", rows, "utf-8-sig"))
    journey.shot("载体 再次导入 新增1 变更10 无变化10 有错误2")
    ui.see("不是日期")
    bad = journey.folder / "bad.csv"
    ui.click(starts("保存有错误的行"))
    time.sleep(1)
    answer_chooser(ui, bad)
    wait(bad.exists, 10, "the file of bad rows")
    with open(bad, encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))
    assert lines[0][-1] == "错误原因" and len(lines) == 3, lines
    ui.click("导入 11 行")
    ui.see("变更 10 行", 30)
    settled(ui)
    undo(ui)
    journey.shot("载体 撤销导入")
    settled(ui)


@step
def carrier_submits_all(journey):
    ui = carrier(journey)
    ui.click("返回")
    time.sleep(0.5)
    chip(ui, "草稿")
    ui.present()
    ui.key("ctrl+a")
    ui.get("push button", starts("提交审核 2001"), timeout=20)
    journey.shot("载体 全部提交审核")
    ui.click(starts("提交审核 2001"))
    ui.see("已完成 2001 项", 60)
    settled(ui)
    journey.shot("载体 已提交审核")


@step
def reviewer_approves_by_keyboard(journey):
    ui = reviewer(journey)
    open_page(ui, "仪器审核")
    wait(lambda: ui.find("list item", lambda name: name.startswith("仪器审核")), 20)
    wait(lambda: ui.sees("共 2,007 条"), 60, "2 007 instruments to review")
    ui.present()
    ui.key("j", "o")
    time.sleep(1)
    journey.shot("审核 列表旁打开")
    ui.key("ctrl+a")
    wait(lambda: ui.sees("已选 2,007 条"), 10, "the ticks")
    for _ in range(10):
        ui.key("j", "x")
    wait(lambda: ui.sees("已选 1,997 条"), 10, "ten rows without a tick")
    journey.shot("审核 预览")
    ui.key("a")
    ui.get("push button", starts("撤销"), timeout=30)
    journey.shot("审核 十秒内可撤销")
    ui.key("u")
    wait(lambda: ui.sees("共 2,007 条"), 20, "the batch undone")
    journey.shot("审核 已撤销")
    if not ui.sees("已选 1,997 条"):
        ui.key("ctrl+a")
        for _ in range(10):
            ui.key("k", "x")
    ui.key("a")
    ui.see("已完成 1997 项", 90)
    journey.shot("审核 已通过")
    settled(ui)


@step
def reviewer_returns_with_a_pinned_comment(journey):
    ui = reviewer(journey)
    ui.key("j")
    ui.click("对“收费标准”的意见")
    ui.get("text", starts("申请人")).get_editable_text_iface().set_text_contents("请写明含税价和最低收费")
    journey.shot("审核 对一项的意见")
    ui.click(starts("附上意见"))
    time.sleep(0.5)
    ui.click(starts("退回"))
    ui.get("text", starts("原因")).get_editable_text_iface().set_text_contents("收费标准不完整")
    time.sleep(0.5)
    journey.shot("审核 退回")
    ui.click(starts("退回"), base=ui.windows()[0])
    time.sleep(11)
    settled(ui)


@step
def carrier_mends_and_submits_again(journey):
    ui = carrier(journey)
    open_page(ui, "首页")
    open_page(ui, "仪器")
    time.sleep(1)
    chip(ui, "已退回")
    ui.present()
    ui.key("j", "Return")
    ui.see("请写明含税价和最低收费", 15)
    journey.shot("载体 看到意见")
    ui.type("收费标准", "300 元/小时（含税），最低收费 300 元")
    time.sleep(1)
    ui.click("提交审核")
    time.sleep(2)
    journey.shot("载体 修改后重新提交")
    settled(ui)

