"""Part 5, the voucher: claimed inside the caps, used for the booking, confirmed, served, evaluated, printed, verified."""
import datetime
import subprocess

from journey_play import expect, starts
from journey_1_catalogue import carrier
from journey_3_offline import SHANGHAI
from uidrv import wait

STEPS = []


def step(function):
    STEPS.append(function)
    return function


def uses(journey):
    return [use for use in journey.records("voucher_uses") if use["fields"].get("contract_amount") == 812300]


@step
def the_enterprise_claims_a_voucher(journey):
    ui = journey.person("enterprise1")
    journey.page("enterprise1", "Vouchers")
    journey.shot("企业 创新券")
    programme = f"嘉善县{datetime.datetime.now(SHANGHAI).year}年科技创新券"
    ui.click(journey.text("%s: %s") % (journey.text("Claim a voucher"), programme))
    ui.get("text", journey.text("Amount claimed"), timeout=30)
    ui.type(journey.text("Amount claimed"), "900000")
    ui.see("900,000.00", 20)
    journey.shot("企业 超出限额 提交前说明")
    ui.type(journey.text("Amount claimed"), "10000")
    ui.type(journey.text("Purpose of the claim"), "购买镀层检测服务")
    ui.toggle(journey.text("I pledge that what I state is true"))
    journey.shot("企业 申领创新券")
    before = len(journey.records("vouchers"))
    ui.click(journey.text("Claim"))
    wait(lambda: len(journey.records("vouchers")) == before + 1, 60, "the voucher")
    journey.page("enterprise1", "Vouchers")
    journey.shot("企业 申领到的创新券")


@step
def she_uses_it_for_the_booking(journey):
    ui = journey.person("enterprise1")
    journey.page("enterprise1", "My bookings")
    journey.open_table_row("enterprise1", "My bookings", journey.number_of_order)
    ui.click(journey.text("Use a voucher for this booking"), timeout=30)
    ui.get("push button", journey.text("Submit the use"), timeout=30)
    ui.type(journey.text("Contract amount"), "8123")
    ui.type(journey.text("Contract signed on"), datetime.date.today().isoformat())
    ui.type(journey.text("Voucher amount"), "3000")
    ui.act(ui.get("combo box", journey.text("Redeemed by")), "dropdown.next")
    journey.attach(ui, "Contract", "合同")
    ui.toggle(journey.text("I pledge that what I state is true"))
    journey.shot("企业 填写创新券使用登记表")
    ui.click(journey.text("Submit the use"))
    wait(lambda: [use for use in uses(journey) if use["state"] == "pending"], 60, "the use on the server")
    journey.number_of_use = uses(journey)[0]["fields"]["number"]
    journey.shot("企业 提交使用 金额已冻结")


@step
def the_carrier_confirms_it(journey):
    ui = carrier(journey)
    journey.page("carrier1", "Vouchers received")
    journey.open_table_row("carrier1", "Vouchers received", journey.number_of_use)
    journey.step("carrier1", "Confirm", picture="载体 确认创新券")
    wait(lambda: uses(journey)[0]["state"] == "confirmed", 60, "the confirmed use")
    ui.get("push button", journey.text("Add a service record") + "…", timeout=30)
    journey.shot("载体 已确认")


@step
def the_carrier_adds_a_service_record(journey):
    ui = carrier(journey)

    def fill(dialog):
        ui.type(journey.text("Began"), journey.day + " 10:00", base=dialog)
        ui.type(journey.text("Ended"), journey.day + " 12:00", base=dialog)
        ui.type(journey.text("Hours of service"), "2", base=dialog)
        ui.type(journey.text("Fee"), "8123", base=dialog)
    journey.step("carrier1", "Add a service record", fill, "载体 添加服务记录")
    wait(lambda: uses(journey)[0]["state"] == "served", 60, "the served use")
    journey.page("carrier1", "Service records")
    journey.shot("载体 服务记录")


@step
def the_evaluation_opens(journey):
    ui = journey.person("enterprise1")
    journey.page("enterprise1", "Evaluations")
    opened = [record for record in journey.records("evaluations", state="open")]
    expect(opened, "no evaluation is open")
    ui.see(journey.text("To be evaluated") if journey.text("To be evaluated") != "To be evaluated" else "待评价", 30)
    journey.shot("企业 待评价")


@step
def the_code_can_be_read_and_the_card_saved(journey):
    ui = journey.person("enterprise1")
    journey.page("enterprise1", "Vouchers")
    ui.see(journey.text("Scan to verify"), 30)
    picture = journey.shot("企业 创新券二维码")
    read = subprocess.run(["zbarimg", "-q", "--raw", str(picture)], capture_output=True, text=True, check=False).stdout.strip()
    expect(read.startswith(journey.server.url + "/v/"), f"zbarimg reads {read!r}")
    status, html = journey.server.ask("GET", read[len(journey.server.url):])
    expect(status == 200 and "创新券".encode() in html and b"<script" not in html, f"the page behind the code: {status}")
    path = journey.folder / "创新券.pdf"
    ui.click(journey.text("Save as PDF"))
    journey.answer_file(ui, path)
    wait(path.exists, 20, "the PDF")
    ui.see("PDF", 20)
    journey.shot("企业 创新券已存为PDF")
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=False).stdout
    numbers = [voucher["fields"]["number"] for voucher in journey.records("vouchers")]
    expect("创新券" in text and any(number in text for number in numbers), f"pdftotext reads {text!r}")
    drawn = journey.pictures / f"{journey.number:02d} 创新券 打印稿"
    subprocess.run(["pdftoppm", "-png", "-r", "60", "-singlefile", str(path), str(drawn)], check=False)


@step
def the_card_can_be_printed(journey):
    ui = journey.person("enterprise1")
    ui.click(journey.text("Print"))
    wait(lambda: len(ui.windows()) > 1, 30, "the print dialog")
    journey.shot("企业 打印创新券")
    ui.click(starts("取消"), base=ui.windows()[0])
    wait(lambda: len(ui.windows()) == 1, 20, "the end of the print dialog")
