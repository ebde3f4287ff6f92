"""Part 3, an enterprise without a network: search, preselection, a whole booking, a program that is killed; and what comes
back because the slot was taken or the instrument stopped meanwhile."""
import datetime
import uuid

from journey_play import expect, pdf, starts
from uidrv import children, wait

STEPS = []
MODEL = "GeminiSEM 360"
PURPOSE = "观察镀层断面形貌，测量膜厚"
PROJECT = "铜基复合镀层开发"
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


def step(function):
    STEPS.append(function)
    return function


def next_tuesday():
    today = datetime.datetime.now(SHANGHAI).date()
    return str(today + datetime.timedelta(days=(1 - today.weekday()) % 7 + 7))


def search(journey, name, words):
    """What the catalogue finds; the list of it."""
    ui = journey.clients[name]
    page = journey.page(name, "Find instruments")
    ui.type(journey.text("Search instruments"), words, base=page)
    listing = ui.get("list", journey.text("Instruments found"), page)
    wait(lambda: len(list(children(listing))) == 1 and ui.sees(words, listing), 60, f"{words} alone")
    return page, listing


def others(journey):
    """Instruments of the same carrier that can be booked all day long, besides the one that everybody wants."""
    found = journey.records("instruments", "enterprise1", state="listed")
    wanted = next(record for record in found if record["fields"]["model"] == MODEL)
    models = [record["fields"]["model"] for record in found]
    return wanted, [record for record in found if record["carrier"] == wanted["carrier"] and record is not wanted
                    and not (record["fields"].get("asset_number") or "").startswith("JX0") and not record["fields"].get("taken")
                    and models.count(record["fields"]["model"]) == 1 and record["fields"].get("condition") == "normal"
                    and not any(record["fields"]["model"] != model and record["fields"]["model"] in model for model in models)]


def add_time(journey, ui, begin, end):
    ui.type(journey.text("Day"), journey.day)
    ui.type(journey.text("From (hour)"), begin)
    ui.type(journey.text("To (hour)"), end)
    ui.click(journey.text("Add this time"))


def book(journey, name, model, begin, end, purpose):
    """A booking with the least that is demanded, from the page of the instrument."""
    ui = journey.clients[name]
    ui.present()
    search(journey, name, model)
    journey.open_row(name, "Instruments found", model)
    ui.click(journey.text("Book now"), timeout=30)
    ui.get("push button", journey.text("Submit the booking"), timeout=30)
    add_time(journey, ui, begin, end)
    ui.type(journey.text("Purpose"), purpose)
    ui.see(journey.text("Everything needed is there. You can submit, also without a network: it is sent by itself as soon as "
                        "there is one."), 30)
    ui.click(journey.text("Submit the booking"))


def booking(journey, purpose, name="enterprise1"):
    return next((order for order in journey.records("orders", name) if order["fields"].get("purpose") == purpose), None)


@step
def an_enterprise_signs_in_once(journey):
    for mark in journey.records("preselections"):
        journey.command("enterprise1", "preselection", mark, "delete")
    ui = journey.person("enterprise1")
    journey.settled("enterprise1")
    journey.wanted, found = others(journey)
    journey.second, journey.third, journey.fourth = found[:3]
    page = journey.page("enterprise1", "Find instruments")
    wait(lambda: len(list(children(ui.get("list", journey.text("Instruments found"), page)))) > 10, 60, "the catalogue")
    journey.shot("企业 首次同步后的仪器目录")


@step
def she_searches_without_a_network(journey):
    journey.server.stop()
    journey.kill("enterprise1")
    ui = journey.come_back("enterprise1")
    search(journey, "enterprise1", MODEL)
    expect(ui.sees("场发射扫描电镜"), "场发射扫描电镜 is not found")
    journey.shot("企业 离线检索")


@step
def she_preselects_two_instruments_of_one_carrier(journey):
    ui = journey.clients["enterprise1"]
    for record in (journey.wanted, journey.second):
        page, listing = search(journey, "enterprise1", record["fields"]["model"])
        ui.click(journey.text("Preselect") + " " + record["fields"]["name"], base=listing)
        ui.get(("push button", "toggle button"), journey.text("Preselected") + " " + record["fields"]["name"], listing, 20)
    ui.click(starts(journey.text("Preselected %u").split("%u")[0]))
    ui.get("push button", "预约 2 台仪器", timeout=30)
    journey.shot("企业 预选清单")


@step
def she_books_both_without_a_network(journey):
    ui = journey.clients["enterprise1"]
    ui.click("预约 2 台仪器")
    ui.get("push button", journey.text("Submit the booking"), timeout=30)
    journey.day = next_tuesday()
    add_time(journey, ui, "10:00", "12:00")
    ui.click(journey.text("Add a row"))
    ui.type(journey.text("Sample"), "镀层铜片")
    ui.type(journey.text("Quantity"), "6")
    ui.type(journey.text("Purpose"), PURPOSE)
    ui.type(journey.text("Project"), PROJECT)
    journey.attach(ui, "Attachments", "送样说明")
    ui.see(journey.text("Everything needed is there. You can submit, also without a network: it is sent by itself as soon as "
                        "there is one."), 30)
    journey.shot("企业 填写预约单 日历")
    ui.scroll(ui.windows()[0], 80)
    journey.shot("企业 填写预约单 样品 项目 附件")
    ui.click(journey.text("Submit the booking"))
    ui.see(journey.text("Only on this computer"), 30)
    journey.shot("企业 已提交 仅在本机")


@step
def the_program_is_killed_and_all_is_there(journey):
    journey.kill("enterprise1")
    ui = journey.come_back("enterprise1")
    journey.page("enterprise1", "My bookings")
    ui.see("项待发送", 30)
    journey.open_table_row("enterprise1", "My bookings", journey.text("To be accepted"))
    for word in (journey.text("Only on this computer"), PURPOSE, PROJECT, "镀层铜片", "送样说明.pdf"):
        ui.see(word, 30)
    journey.shot("企业 强制结束后重新打开 预约仍在")


@step
def it_is_sent_with_no_click(journey):
    journey.server.start()
    wait(lambda: (booking(journey, PURPOSE) or {}).get("state") == "submitted", 90, "the booking on the server")
    sent = booking(journey, PURPOSE)
    expect(sent["fields"]["samples"][0]["quantity"] == 6 and sent["fields"]["project_name"] == PROJECT, f"{sent}")
    status, content = journey.server.ask("GET", "/v1/files/" + sent["fields"]["papers"][0]["sha256"],
                                         token=journey.server.token("enterprise1"))
    expect(status == 200 and content == pdf("送样说明"), f"the attachment on the server: {status}")
    journey.number_of_order = sent["fields"]["number"]
    journey.clients["enterprise1"].see(journey.text("On the server"), 60)
    journey.shot("企业 联网后自动送达")


TAKEN, STOPPED = "另一批镀层的元素分析", "失效件断口观察"


@step
def two_bookings_collide_meanwhile(journey):
    """Offline she books one time that is closed meanwhile and one instrument that is stopped meanwhile."""
    ui = journey.person("enterprise2")
    journey.settled("enterprise2")
    journey.server.stop()
    book(journey, "enterprise2", journey.third["fields"]["model"], "10:00", "12:00", TAKEN)
    book(journey, "enterprise2", journey.fourth["fields"]["model"], "10:00", "12:00", STOPPED)
    ui.see("2 项待发送", 30)  # a draft is only on this computer, too
    journey.kill("enterprise2")
    journey.server.start()
    begin = datetime.datetime.fromisoformat(journey.day + "T09:00:00+08:00").astimezone(datetime.timezone.utc)
    times = [(begin + datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ") for hours in (0, 4)]
    journey.command("carrier1", "closure", {"id": str(uuid.uuid4()), "revision": 0}, "save",
                    {"instrument": journey.third["id"], "from_time": times[0], "to_time": times[1], "reason": "校准"})
    listed = journey.records("instruments", "carrier1", state="listed")
    stopped = next(record for record in listed if record["id"] == journey.fourth["id"])
    journey.command("carrier1", "instrument", stopped, "stop")


@step
def they_come_back_with_reason_and_alternatives(journey):
    ui = journey.clients.get("enterprise2") or journey.come_back("enterprise2")
    ui.get("push button", "2 项需处理", timeout=90)
    ui.click("2 项需处理", role=("push button", "toggle button"))
    journey.shot("企业 2项需处理")
    ui.key("Escape")
    journey.page("enterprise2", "My bookings")
    journey.open_table_row("enterprise2", "My bookings", journey.third["fields"]["name"])
    ui.see(journey.text("Free alternatives:"), 30)
    expect(ui.text(ui.get("text", journey.text("Purpose"))) == TAKEN, "what she typed is gone")
    journey.shot("企业 时段已占 可选时段与原文俱在")
    offer = ui.get("push button", lambda name: name[:3] == "202" and " – " in name)
    ui.act(offer, "click")
    ui.click(journey.text("Submit the booking"))
    wait(lambda: (booking(journey, TAKEN, "enterprise2") or {}).get("state") == "submitted", 60, "the mended booking")
    journey.page("enterprise2", "My bookings")
    journey.open_table_row("enterprise2", "My bookings", journey.fourth["fields"]["name"])
    wait(lambda: ui.text(ui.get("text", journey.text("Purpose"))) == STOPPED, 30, "what she typed for the stopped instrument")
    journey.shot("企业 仪器停用 需处理")
    expect(booking(journey, STOPPED, "enterprise2") is None or booking(journey, STOPPED, "enterprise2")["state"] == "draft",
           "a booking of a stopped instrument was taken")
    ui.act(ui.get("push button", lambda name: " · 202" in name and " – " in name), "click")
    ui.click(journey.text("Submit the booking"))
    wait(lambda: (booking(journey, STOPPED, "enterprise2") or {}).get("state") == "submitted", 60, "the booking of another one")
    expect(journey.fourth["id"] not in booking(journey, STOPPED, "enterprise2")["fields"]["instruments"], "the stopped one")
    journey.shot("企业 换一台同类仪器 已提交")
