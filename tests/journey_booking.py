"""The journey's booking and voucher: an enterprise books without a network, the carrier accepts, a voucher pays."""
import datetime
import subprocess
import time

from uidrv import wait

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def starts(text):
    return lambda name: name.startswith(text)


def next_monday():
    today = datetime.date.today()
    return (today + datetime.timedelta(days=7 - today.weekday())).isoformat()


def sign_in(journey, name, *arguments):
    """Signed in and synchronised; a computer that knows the account goes on without a password."""
    ui = journey.open(name, *arguments)
    password = journey.text("Password")

    def ready():
        if ui.find(("text", "entry", "password text"), starts(password)):
            return "ask"
        return "in" if ui.find("push button", starts("已同步")) or ui.find("push button", starts("离线")) else None

    if wait(ready, 30, "the window") == "ask":
        ui.type(starts(password), "yiquan-demo")
        ui.click(starts(journey.text("Sign in")))
    ui.see("已同步", 40)
    return ui


def close(journey, name):
    journey.clients.pop(name).close()


def page(ui, title):
    item = ui.get("list item", starts(title))
    listing = item.get_parent()
    listing.get_selection_iface().select_child(item.get_index_in_parent())


def open_row(ui, text):
    table = ui.get("tree table")
    cell = wait(lambda: ui.find(None, lambda name: text in name, table), 15, f"the row {text}")
    time.sleep(0.3)
    ui.mouse(cell, "click", "--repeat", "2", "--delay", "90", "1")
    ui.get("push button", "返回")


def tick_pledge(ui):
    for node in ui.all(("check box", "switch")):
        if "承诺" in (node.get_name() or ""):
            ui.act(node)
            return


def answer(ui, button):
    """Clicks a button of the dialog that has come."""
    dialog = wait(lambda: ui.windows()[0] if len(ui.windows()) > 1 else None, 10, "the dialog")
    time.sleep(0.3)
    ui.act(next(ui.all("push button", starts(button), dialog)), "click")


def books_without_a_network(journey):
    sign_in(journey, "enterprise1")
    close(journey, "enterprise1")
    journey.server.stop()
    ui = journey.open("enterprise1")
    ui.see("离线", 30)
    page(ui, "查找仪器")
    ui.type("搜索仪器", "扫描电镜")
    ui.see("场发射扫描电镜", 15)
    journey.shot("离线 查找扫描电镜")
    time.sleep(0.5)
    ui.click("加入预选 场发射扫描电镜")
    time.sleep(0.5)
    ui.mouse(ui.get("push button", starts("预选清单")))
    ui.get("push button", starts("预约 "))
    journey.shot("离线 预选清单")
    ui.click("预约 3 台仪器")
    ui.see("待提交", 15)
    ui.type("日期", next_monday())
    ui.type("开始时间", "09:00")
    ui.type("结束时间", "11:00")
    ui.click("添加此时段")
    ui.see(next_monday() + " 09:00")
    ui.type(starts("检测用途"), "镀层厚度与形貌观察，需二次电子像与能谱面分布")
    ui.type(starts("所属项目"), "高性能铜箔表面处理工艺开发")
    attach(journey, ui, "附件", "委托书.pdf")
    journey.shot("离线 预约单")
    ui.click("提交预约")
    ui.see("待受理")
    ui.see("仅在本机")
    journey.shot("离线 已提交 仅在本机")


def attach(journey, ui, field, name):
    """Picks a file in the toolkit's own chooser by typing its path."""
    path = journey.folder / "papers.pdf"
    path.write_bytes(PDF)
    ui.click(field, role="push button")
    wait(lambda: len(ui.windows()) > 1, 10, "the file chooser")
    time.sleep(0.8)
    ui.key("slash")
    time.sleep(0.3)
    ui.write(str(path)[1:])
    time.sleep(0.8)
    ui.key("Return")
    wait(lambda: len(ui.windows()) == 1, 10, "the end of the file chooser")
    ui.see("papers.pdf", 10)


def is_killed_and_goes_on(journey):
    journey.kill("enterprise1")
    ui = journey.open("enterprise1")
    ui.see("离线", 30)
    page(ui, "我的预约")
    ui.get("tree table")
    open_row(ui, "等3台仪器")
    ui.see("仅在本机")
    ui.see("镀层厚度与形貌观察")
    journey.shot("重新打开 都在")


def is_sent_with_no_click(journey):
    ui = journey.clients["enterprise1"]
    journey.server.start()
    ui.see("已送达", 60)
    journey.shot("联网后自动送达")


def carrier_accepts(journey):
    ui = sign_in(journey, "carrier1", "--window", "carrier")
    page(ui, "收到的预约")
    open_row(ui, "等3台仪器")
    journey.shot("载体 收到预约")
    ui.click(starts("受理"))
    time.sleep(0.8)
    journey.shot("载体 受理")
    answer(ui, "受理")
    enterprise = journey.clients["enterprise1"]
    enterprise.see("待测试", 60)
    journey.shot("企业 已受理")


def claims_inside_the_caps(journey):
    ui = journey.clients["enterprise1"]
    page(ui, "创新券")
    ui.click("申领创新券")
    ui.type(starts("申领金额"), "90000")
    ui.see("本次最多可申领 70,000.00 元", 10)
    journey.shot("申领 超过上限")
    ui.type(starts("申领金额"), "50000")
    tick_pledge(ui)
    time.sleep(0.5)
    ui.click(starts("申领"))
    ui.see("已送达", 30)
    journey.shot("申领 已发放")


def uses_the_voucher(journey):
    ui = journey.clients["enterprise1"]
    page(ui, "我的预约")
    open_row(ui, "等3台仪器")
    ui.click("本预约使用创新券")
    ui.type(starts("合同金额"), "8000")
    ui.type(starts("合同签订日期"), datetime.date.today().isoformat())
    ui.type(starts("用券金额"), "3000")
    ui.act(ui.get("combo box", "兑付方"), "dropdown.next")
    attach(journey, ui, "合同", "合同.pdf")
    attach(journey, ui, "服务结果凭证", "结果.pdf")
    tick_pledge(ui)
    time.sleep(0.6)
    journey.shot("使用创新券")
    ui.click("提交使用")
    ui.see("待确认")
    ui.see("已送达", 30)
    journey.shot("使用 待确认")


def carrier_confirms_and_records(journey):
    ui = journey.clients["carrier1"]
    page(ui, "收到的创新券")
    open_row(ui, "等3台仪器")
    ui.click(starts("确认"))
    answer(ui, "确认")
    journey.clients["enterprise1"].see("已确认", 60)
    journey.shot("载体 已确认")


def voucher_code_can_be_read(journey):
    ui = journey.clients["enterprise1"]
    page(ui, "创新券")
    ui.see("扫码核验", 15)
    journey.shot("创新券 二维码")
    picture = sorted(journey.pictures.glob("[0-9][0-9] 创新券 二维码.png"))[-1]
    read = subprocess.run(["zbarimg", "-q", "--raw", str(picture)], capture_output=True, text=True, check=False).stdout.strip()
    if not read.startswith(journey.server.url + "/v/"):
        raise RuntimeError(f"zbarimg reads {read!r}")
    status, html = journey.server.ask("GET", read[len(journey.server.url):])
    if status != 200 or "创新券".encode() not in html or b"<script" in html:
        raise RuntimeError(f"the page behind the code: {status}")


STEPS = (books_without_a_network, is_killed_and_goes_on, is_sent_with_no_click, carrier_accepts, claims_inside_the_caps,
         uses_the_voucher, carrier_confirms_and_records, voucher_code_can_be_read)
