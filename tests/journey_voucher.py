"""The journey's money: a voucher pays for the accepted booking, the carrier confirms, the code leads to the server."""
import datetime
import subprocess
import time

from uidrv import wait

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def attach(journey, ui, field, name):
    """Picks a file in the toolkit's own chooser by typing its path."""
    path = journey.folder / f"{name}.pdf"
    path.write_bytes(PDF)
    ui.click(journey.text(field), role="push button")
    wait(lambda: len(ui.windows()) > 1, 10, "the file chooser")
    time.sleep(0.8)
    ui.key("slash")
    time.sleep(0.3)
    ui.write(str(path)[1:])
    time.sleep(0.8)
    ui.key("Return")
    wait(lambda: len(ui.windows()) == 1, 10, "the end of the file chooser")
    ui.see(path.name, 10)


def uses(journey):
    answer = journey.server.ask("GET", "/v1/voucher_uses", token=journey.server.token("enterprise1"))[1]
    return [use for use in answer["items"] if use["fields"].get("contract_amount") == 812300]


def she_uses_it_for_the_booking(journey):
    ui = journey.clients["enterprise1"]
    ui.present()
    journey.page("enterprise1", "My bookings")
    journey.open_table_row("enterprise1", "My bookings", journey.number_of_order)
    ui.click(journey.text("Use a voucher for this booking"))
    ui.get("push button", journey.text("Submit the use"), timeout=15)
    ui.type(journey.text("Contract amount"), "8123")
    ui.type(journey.text("Contract signed on"), datetime.date.today().isoformat())
    ui.type(journey.text("Voucher amount"), "3000")
    ui.act(ui.get("combo box", journey.text("Redeemed by")), "dropdown.next")
    attach(journey, ui, "Contract", "hetong")
    ui.toggle(journey.text("I pledge that what I state is true"))
    time.sleep(0.6)
    journey.shot("填写创新券使用登记表")
    ui.click(journey.text("Submit the use"))
    wait(lambda: [use for use in uses(journey) if use["state"] == "pending"], 40, "the use on the server")
    journey.shot("提交使用 金额已冻结")


def the_carrier_confirms_it(journey):
    ui = journey.clients["carrier1"]
    ui.present()
    journey.page("carrier1", "Vouchers received")
    journey.open_table_row("carrier1", "Vouchers received", uses(journey)[0]["fields"]["number"])
    ui.click(journey.text("Confirm") + "…")
    dialog = ui.window(journey.text("Confirm"))
    journey.shot("载体确认创新券")
    ui.click(lambda name: name.startswith(journey.text("Confirm")), base=dialog)
    wait(lambda: uses(journey)[0]["state"] == "confirmed", 40, "the confirmed use")
    journey.shot("载体已确认")


def the_code_can_be_read(journey):
    ui = journey.clients["enterprise1"]
    ui.present()
    journey.page("enterprise1", "Vouchers")
    ui.see(journey.text("Scan to verify"), 15)
    journey.shot("创新券二维码")
    picture = sorted(journey.pictures.glob("[0-9][0-9] 创新券二维码.png"))[-1]
    read = subprocess.run(["zbarimg", "-q", "--raw", str(picture)], capture_output=True, text=True, check=False).stdout.strip()
    if not read.startswith(journey.server.url + "/v/"):
        raise RuntimeError(f"zbarimg reads {read!r}")
    status, html = journey.server.ask("GET", read[len(journey.server.url):])
    if status != 200 or "创新券".encode() not in html or b"<script" in html:
        raise RuntimeError(f"the page behind the code: {status}")


STEPS = (she_uses_it_for_the_booking, the_carrier_confirms_it, the_code_can_be_read)
