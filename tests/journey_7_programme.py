"""Part 7, the knobs: in her window the reviewer of a county lowers a cap, raises the budget and moves the redemption window; the
enterprise sees and claims by the new ones, and nothing that was decided before has changed."""
import datetime

from journey_3_offline import SHANGHAI
from journey_play import expect, holds, starts
from uidrv import wait

STEPS = []
PAGE = "Programmes and windows"
CAP, BUDGET, CLAIMED = 800000, 612345600, 750000
DECIDED = ("claims", "vouchers", "voucher_uses", "redemptions")


def step(function):
    STEPS.append(function)
    return function


def today():
    return datetime.datetime.now(SHANGHAI).date()


def programme(journey):
    title = f"嘉善县{today().year}年科技创新券"
    return next(record for record in journey.records("programmes", "reviewer1") if record["fields"]["name"] == title)


def decisions(journey):
    """Everything of the county that somebody has claimed, used or decided on."""
    return {record["id"]: (record["revision"], record["state"], record["fields"]) for plural in DECIDED
            for record in journey.records(plural, "reviewer1")}


def open_window(journey):
    """Which row of the redemption windows holds today."""
    return next(i for i, row in enumerate(programme(journey)["fields"]["redemption_windows"])
                if row["from"] <= str(today()) <= row["to"])


def reviewer(journey):
    """The reviewer, before her programme."""
    ui = journey.person("reviewer1", "reviewer")
    journey.page("reviewer1", PAGE)
    journey.open_table_row("reviewer1", PAGE, programme(journey)["fields"]["name"])
    ui.get("text", journey.text("Cap per claim"), timeout=30)
    return ui


def day(ui, label, row, value):
    """A day of the redemption windows: the only rows with a beginning and an end."""
    fields = wait(lambda: list(ui.all("text", label)), 20, label)
    fields[row].get_editable_text_iface().set_text_contents(value)


@step
def the_reviewer_changes_caps_budget_and_window(journey):
    journey.decided = decisions(journey)
    expect(len(journey.decided) > 5, f"only {len(journey.decided)} were decided before")
    ui = reviewer(journey)
    before = programme(journey)
    ui.type(journey.text("Budget"), f"{BUDGET / 100:.2f}")
    ui.type(journey.text("Cap per claim"), f"{CAP / 100:.2f}")
    day(ui, journey.text("Until"), open_window(journey), str(today() + datetime.timedelta(days=2)))
    ui.scroll(ui.windows()[0], 13)
    journey.shot("审核 修改预算与单次申领上限")
    ui.scroll(ui.windows()[0], 11)
    journey.shot("审核 修改兑付期")
    ui.click(journey.text("Save"))
    wait(lambda: programme(journey)["revision"] > before["revision"], 60, "the programme on the server")
    fields = programme(journey)["fields"]
    expect((fields["budget"], fields["cap_claim"]) == (BUDGET, CAP), f"{fields['budget']}, {fields['cap_claim']}")
    expect(fields["cap_total"] == before["fields"]["cap_total"], "another cap has changed")
    expect(decisions(journey) == journey.decided, "a decision that was taken has changed")


@step
def less_than_what_is_granted_is_refused(journey):
    """With the sums, at the field; what she typed stays until she mends it."""
    ui = journey.person("reviewer1", "reviewer")
    before = programme(journey)
    ui.type(journey.text("Budget"), "1")
    ui.click(journey.text("Save"))
    ui.see("已发放", 60)
    ui.scroll(ui.windows()[0], -11)
    where = ui.stands_still(ui.get("text", journey.text("Budget")))
    expect(0 < where.y < 700, f"the wheel stopped over the rows: {where.y}")
    journey.shot("审核 预算不得低于已发放金额")
    expect(programme(journey)["revision"] == before["revision"], "the budget was lowered")
    ui.type(journey.text("Budget"), f"{BUDGET / 100:.2f}")
    ui.click(journey.text("Send again"))
    ui.gone("push button", journey.text("Send again"), timeout=30)
    journey.settled("reviewer1")


@step
def the_enterprise_sees_and_claims_by_the_new_cap(journey):
    ui = journey.person("enterprise1", "enterprise")
    page = journey.page("enterprise1", "Vouchers")
    ui.see(journey.text("limited by the cap per claim"), 60, page)
    ui.see("8,000.00", 20, page)
    journey.shot("企业 额度随新上限变化")
    before = {record["id"] for record in journey.records("vouchers")}
    ui.click(journey.text("%s: %s") % (journey.text("Claim a voucher"), programme(journey)["fields"]["name"]))
    ui.get("text", journey.text("Amount claimed"), timeout=30)
    ui.type(journey.text("Amount claimed"), f"{(CAP + 1) / 100:.2f}")
    ui.see("8,000.00", 20)
    journey.shot("企业 超出新的单次申领上限")
    ui.type(journey.text("Amount claimed"), f"{CLAIMED / 100:.2f}")
    ui.type(journey.text("Purpose of the claim"), "购买镀层检测服务")
    ui.toggle(journey.text("I pledge that what I state is true"))
    ui.click(journey.text("Claim"))
    new = wait(lambda: [record for record in journey.records("vouchers") if record["id"] not in before], 60, "the voucher")
    expect(new[0]["fields"]["amount"] == CLAIMED, f"the voucher is of {new[0]['fields']['amount']}")
    after = decisions(journey)
    expect({key: after[key] for key in journey.decided} == journey.decided, "a decision that was taken has changed")


@step
def the_enterprise_sees_the_new_window(journey):
    ui = journey.person("enterprise1", "enterprise")
    page = journey.page("enterprise1", "Redemption")
    ui.see("还剩 3 天", 60, page)
    journey.shot("企业 兑付期随之变化")


@step
def a_closed_window_closes_redemption(journey):
    ui = journey.person("reviewer1", "reviewer")
    row, yesterday = open_window(journey), str(today() - datetime.timedelta(days=1))
    day(ui, journey.text("From"), row, str(today() - datetime.timedelta(days=9)))
    day(ui, journey.text("Until"), row, yesterday)
    ui.click(journey.text("Save"))
    wait(lambda: programme(journey)["fields"]["redemption_windows"][row]["to"] == yesterday, 60, "the closed window")
    ui = journey.person("enterprise1", "enterprise")
    page = journey.page("enterprise1", "Redemption")
    wait(lambda: not ui.sees("还剩", page), 60, "the end of the days left")
    submit = ui.get("push button", starts("提交兑付"), page)
    expect(submit is not None, "no button to submit")
    journey.shot("企业 兑付期已结束")
    after = decisions(journey)
    expect({key: after[key] for key in journey.decided} == journey.decided, "a decision that was taken has changed")
    expect(ui.find("label", holds("兑付期"), page), "the page does not speak of the window")
