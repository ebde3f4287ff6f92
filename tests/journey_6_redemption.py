"""Part 6, the money: papers completed, invoice entered, submitted while the region's window is open; the reviewer approves
with amounts, many at once, and records the payment; both sides are told; a service nobody evaluates counts as good."""
import datetime
import subprocess

from journey_play import expect, holds, starts
from journey_1_catalogue import carrier
from journey_3_offline import SHANGHAI
from journey_5_voucher import uses
from uidrv import wait

STEPS = []
INVOICE = "26332000000123456789"
APPROVED = 250000


def step(function):
    STEPS.append(function)
    return function


def title(journey):
    return uses(journey)[0]["fields"]["contract_name"]


def open_redemption(journey):
    """The page, and the row of the use in it."""
    ui = journey.person("enterprise1")
    page = journey.page("enterprise1", "Redemption")
    return ui, page, ui.get("list item", title(journey), page, 30)


def mine(journey):
    return next((record for record in journey.records("redemptions")
                 if any(line["use"] == uses(journey)[0]["id"] for line in record["fields"]["lines"])), None)


@step
def the_list_says_what_is_missing(journey):
    ui, page, use = open_redemption(journey)
    ui.see("还剩", 20, page)
    ui.see("请上传服务结果凭证", 10, use)
    ui.see("请填写发票号", 10, use)
    journey.shot("企业 待兑付 兑付期 尚缺材料")
    ui.click("请上传服务结果凭证", base=use)
    ui.get("push button", journey.text("Save"), timeout=30)
    journey.attach(ui, "Proof of the result", "服务结果")
    journey.shot("企业 补传结果凭证")
    ui.click(journey.text("Save"))
    wait(lambda: uses(journey)[0]["fields"].get("result_files"), 60, "the proof on the server")


@step
def an_invoice_is_entered_by_the_rules(journey):
    ui, page, use = open_redemption(journey)
    wait(lambda: ui.find(None, "请上传服务结果凭证", use) is None, 30, "the proof in the list")
    ui.click("请填写发票号", base=use)
    ui.get("push button", journey.text("Save"), timeout=30)
    ui.type(journey.text("Invoice number"), "123")
    ui.type(journey.text("Invoice date"), datetime.datetime.now(SHANGHAI).date().isoformat())
    ui.type(journey.text("Invoice amount"), "8123")
    ui.click(journey.text("Save"))
    journey.shot("企业 发票号不合规则")
    ui.type(journey.text("Invoice number"), INVOICE)
    ui.click(journey.text("Save"))
    wait(lambda: INVOICE in [invoice["fields"]["number"] for invoice in journey.records("invoices")], 60,
         "the invoice on the server")
    journey.shot("企业 登记发票")


@step
def she_selects_it_and_submits(journey):
    ui, page, use = open_redemption(journey)
    ui.see(journey.text("Papers complete"), 30, use)
    ui.toggle(journey.text("Select %s").replace("%s", title(journey)), page)
    ui.see("已选 1 笔", 20, page)
    journey.shot("企业 材料符合 已勾选")
    ui.click(starts("提交兑付"), base=page)
    wait(lambda: mine(journey) and mine(journey)["state"] == "reviewing", 60, "the redemption on the server")
    ui.click(journey.text("Submitted redemptions"), role="page tab", base=page)
    journey.shot("企业 兑付申请已提交")


@step
def the_reviewer_approves_one_with_its_amount(journey):
    ui = journey.person("reviewer1", "reviewer")
    number = mine(journey)["fields"]["number"]
    page = journey.page("reviewer1", "Redemptions to review")
    ui.type(journey.text("Search in this list"), number, base=page)
    cell = wait(lambda: ui.find("label", holds(number), journey.table_rows("reviewer1", "Redemptions to review")), 60, number)
    ui.mouse(cell)
    ui.click(journey.text("Approve") + "…", base=page, timeout=30)
    dialog = ui.window(journey.text("Approve"), 20)
    ui.type(journey.text("Amount approved"), "2500", base=dialog)
    journey.shot("审核 兑付 核定金额")
    ui.click(starts(journey.text("Approve")), base=dialog, timeout=20)
    wait(lambda: mine(journey)["state"] == "payable", 60, "the approved redemption")
    expect(mine(journey)["fields"]["approved_amount"] == APPROVED, f"approved: {mine(journey)['fields'].get('approved_amount')}")
    ui.type(journey.text("Search in this list"), "", base=page)


@step
def the_reviewer_approves_many_at_once(journey):
    ui = journey.person("reviewer1", "reviewer")
    journey.page("reviewer1", "Redemptions to review")
    waiting = journey.records("redemptions", "reviewer1", state="reviewing")
    expect(len(waiting) > 1, f"{len(waiting)} redemptions wait")
    ui.key("Escape", "ctrl+a")
    ui.get("push button", starts(f"通过 {len(waiting)} 项"), timeout=60)
    journey.shot("审核 兑付 批量预览")
    ui.key("a")
    wait(lambda: not journey.records("redemptions", "reviewer1", state="reviewing"), 90, "the end of what waits")
    ui.see(f"已完成 {len(waiting)} 项", 60)
    journey.shot("审核 兑付 已全部通过")


@step
def the_reviewer_records_the_payments(journey):
    ui = journey.person("reviewer1", "reviewer")
    page = journey.page("reviewer1", "Payments to record")
    payable = journey.records("redemptions", "reviewer1", state="payable")
    wait(lambda: ui.sees(f"共 {len(payable)} 条", page), 60, "the payments")
    ui.key("ctrl+a")
    ui.get("push button", starts(f"{journey.text('Record the payment')} {len(payable)} 项"), timeout=60)
    journey.shot("拨付 待登记")
    ui.key("a")
    dialog = wait(lambda: ui.windows()[0] if len(ui.windows()) > 1 else None, 20, "the dialog of the payment")
    ui.type(journey.text("Paid on"), datetime.datetime.now(SHANGHAI).date().isoformat(), base=dialog)
    ui.type(journey.text("Payment reference"), "嘉善科拨〔2026〕31号", base=dialog)
    journey.shot("拨付 登记")
    ui.click(starts(journey.text("Record the payment")), base=dialog)
    wait(lambda: mine(journey)["state"] == "paid", 90, "the payment")
    ui.see(f"已完成 {len(payable)} 项", 60)
    journey.shot("拨付 已登记")


@step
def both_sides_are_told(journey):
    number = mine(journey)["fields"]["number"]
    ui = journey.person("enterprise1")
    page = journey.page("enterprise1", "Messages")
    ui.see(number, 60, ui.get("tree table", None, page))
    journey.shot("企业 站内信 已拨付")
    ui = carrier(journey)
    page = journey.page("carrier1", "Messages")
    ui.see(number, 60, ui.get("tree table", None, page))
    journey.shot("载体 站内信")
    expect(uses(journey)[0]["state"] == "redeemed", "the use is not redeemed")


@step
def a_service_nobody_evaluates_counts_as_good(journey):
    opened = len(journey.records("evaluations", state="open"))
    expect(opened > 0, "no evaluation is open")
    later = (datetime.datetime.now(SHANGHAI) + datetime.timedelta(days=31)).date().isoformat()
    subprocess.run([journey.server.program, "jobs", "--data", journey.folder / "server", "--as-of", later], check=True,
                   stdout=subprocess.DEVNULL)
    wait(lambda: not journey.records("evaluations", state="open"), 60, "the end of the open evaluations")
    ui = journey.person("enterprise1")
    page = journey.page("enterprise1", "Evaluations")
    ui.see(journey.text("Good by default"), 60, ui.get("tree table", None, page))
    journey.shot("企业 三十天后默认好评")
