"""Part 4, the carrier: a booking arrives by itself, is accepted, a rival's is refused with free times; results and fees."""
from journey_play import expect, holds
from journey_1_catalogue import carrier
from journey_3_offline import MODEL, PURPOSE, book, booking
from uidrv import wait

STEPS = []
RIVAL = "磨损件表面形貌观察"
RESULT = "镀层厚度 12.4 μm，界面结合良好，未见裂纹。"


def step(function):
    STEPS.append(function)
    return function


def see_row(journey, number):
    wait(lambda: journey.clients["carrier1"].find("label", holds(number),
                                                  journey.table_rows("carrier1", "Bookings received")), 60,
         f"{number} in her list")


@step
def the_carrier_sees_it_arrive_and_a_rival_wants_the_same_time(journey):
    """Her list is open while the rival books: nobody refreshes anything."""
    ui = carrier(journey)
    journey.page("carrier1", "Bookings received")
    see_row(journey, journey.number_of_order)
    journey.shot("载体 收到预约")
    journey.person("enterprise2")
    book(journey, "enterprise2", MODEL, "10:00", "12:00", RIVAL)
    wait(lambda: (booking(journey, RIVAL, "enterprise2") or {}).get("state") == "submitted", 60, "the rival on the server")
    journey.rival = booking(journey, RIVAL, "enterprise2")["fields"]["number"]
    ui.present()
    see_row(journey, journey.rival)
    journey.shot("载体 未刷新 又到一条预约")


@step
def the_carrier_accepts(journey):
    ui = carrier(journey)
    journey.open_table_row("carrier1", "Bookings received", journey.number_of_order)
    ui.get("push button", journey.text("Accept") + "…", timeout=30)
    journey.shot("载体 查看预约")
    journey.step("carrier1", "Accept", picture="载体 受理")
    wait(lambda: booking(journey, PURPOSE)["state"] == "accepted", 60, "the accepted booking")
    ui.see(journey.text("To be tested"), 30)
    journey.shot("载体 已受理")


@step
def both_enterprises_see_the_answer(journey):
    ui = journey.person("enterprise1")
    ui.see(journey.text("To be tested"), 60)
    journey.shot("企业 看到已受理")
    ui = journey.person("enterprise2")
    wait(lambda: booking(journey, RIVAL, "enterprise2")["state"] == "refused", 60, "the refused rival")
    refused = booking(journey, RIVAL, "enterprise2")
    expect(len(refused["fields"]["alternatives"]) == 3, f"alternatives: {refused['fields'].get('alternatives')}")
    journey.page("enterprise2", "My bookings")
    journey.open_table_row("enterprise2", "My bookings", journey.rival)
    ui.see(journey.text("Free alternatives"), 30)
    ui.see(RIVAL, 10)
    journey.shot("另一企业 时段已占 附可选时段")


@step
def the_carrier_registers_results_and_fees(journey):
    ui = carrier(journey)
    ui.type(journey.text("Samples received on"), booking(journey, PURPOSE)["fields"]["accepted_at"][:10])
    ui.type(journey.text("Results"), RESULT)
    ui.click(journey.text("Add a row"))
    ui.type(journey.text("Fee"), "8123")
    journey.attach(ui, "Result files", "检测报告")
    ui.scroll(ui.windows()[0], 80)
    journey.shot("载体 登记结果与费用")
    ui.click(journey.text("Deliver the results"))
    wait(lambda: booking(journey, PURPOSE)["state"] == "delivered", 60, "the delivered booking")
    ui.see(journey.text("To be settled"), 30)
    journey.shot("载体 已交付")
    expect(booking(journey, PURPOSE)["fields"]["fees"][0]["fee"] == 812300, "the fee")
    journey.person("enterprise1").see(RESULT, 60)
    journey.shot("企业 看到结果")


@step
def the_carrier_records_the_service(journey):
    """Duration and charge, before any voucher is used; the form holds what was booked."""
    ui = carrier(journey)
    journey.step("carrier1", "Add a service record", picture="载体 为预约添加服务记录")
    ui.see("2.0 小时", 60)
    ui.scroll(ui.windows()[0], 80)
    journey.shot("载体 预约的服务记录")
    order = booking(journey, PURPOSE)
    found = [record["fields"] for record in journey.records("service_records") if record["fields"].get("order") == order["id"]]
    expect(len(found) == 1 and "voucher_use" not in found[0], f"the records: {found}")
    expect((found[0]["hours"], found[0]["fee"]) == (20, 812300), f"{found[0]['hours']}, {found[0]['fee']}")
    ui = journey.person("enterprise1")
    page = journey.page("enterprise1", "Service records")
    ui.see(order["fields"]["number"], 60, ui.get("tree table", None, page))
    journey.shot("企业 服务记录")
