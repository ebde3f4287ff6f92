"""Part 2, the reviewer's batch: with the keyboard alone she decides on two thousand instruments, and ten come back with a
comment at the field that the carrier mends."""
from journey_play import expect, holds, starts
from journey_1_catalogue import carrier, imported
from uidrv import wait

STEPS = []
RETURNED = 10
DESK = "Instruments to review"
COMMENT, REASON, MENDED = "请写明含税价和最低收费", "收费标准不完整", "300 元/小时（含税），最低收费 300 元"


def step(function):
    STEPS.append(function)
    return function


def reviewer(journey):
    return journey.person("reviewer2", "reviewer")


def of(journey, states):
    return {record["id"] for state in states for record in journey.records("instruments", "carrier1", state=state)
            if (record["fields"].get("asset_number") or "").startswith("JX0")}


def see_foot(ui, text, timeout=60):
    """The line under the table: how many there are, how many are ticked."""
    return wait(lambda: ui.find("label", holds(text)), timeout, f"“{text}” under the table")


def is_kept(foot):
    """All are decided on and out of the list; a label that is known is asked quickly, for the ten seconds run."""
    foot.clear_cache()
    return foot.get_name().startswith(f"共 {RETURNED} 条")


@step
def reviewer_sees_what_waits(journey):
    ui = reviewer(journey)
    wait(lambda: ui.sees("台仪器待审核"), 60, "what waits")
    journey.shot("审核 收件箱")
    journey.page("reviewer2", DESK)
    see_foot(ui, "共 2,0", 60)


@step
def reviewer_filters_and_ticks_by_keyboard(journey):
    """The list is filtered by typing, opened beside, and all but ten rows are ticked; the bar says what will happen."""
    ui = reviewer(journey)
    ui.key("slash")
    ui.write("JX0")
    see_foot(ui, "共 2,000 条")
    ui.key("Return", "j")
    ui.get("push button", journey.text("Open as a page"), timeout=20)
    journey.shot("审核 筛选 列表旁打开")
    ui.key("ctrl+a")
    see_foot(ui, "已选 2,000 条")
    for _ in range(RETURNED):
        ui.key("x", "j")
    see_foot(ui, "已选 1,990 条")
    ui.get("push button", starts("通过 1990 项"), timeout=60)
    journey.shot("审核 预览 可通过1990")


@step
def reviewer_approves_and_undoes(journey):
    ui = reviewer(journey)
    foot = see_foot(ui, "已选 1,990 条")
    ui.key("a")
    wait(lambda: is_kept(foot), 90, "the decisions kept on this computer")
    journey.shot("审核 十秒内可撤销")
    ui.key("u")
    see_foot(ui, "共 2,000 条")
    journey.shot("审核 已撤销")
    expect(not of(journey, ["listed"]), "an undone decision was sent")


@step
def reviewer_approves_and_gets_an_answer_per_item(journey):
    """The carrier withdraws one while the ten seconds run: that one is answered otherwise."""
    ui = reviewer(journey)
    ui.key("ctrl+a")
    see_foot(ui, "已选 2,000 条")
    ui.key("j")
    for _ in range(RETURNED):
        ui.key("x", "j")
    ui.get("push button", starts("通过 1990 项"), timeout=60)
    withdrawn, foot = imported(journey, "JX00500")["JX00500"], see_foot(ui, "已选 1,990 条")
    ui.key("a")
    wait(lambda: is_kept(foot), 90, "the decisions kept on this computer")
    journey.command("carrier1", "instrument", withdrawn, "withdraw")
    ui.see(" / 1990", 60)
    journey.shot("审核 进度")
    ui.see("已完成 1989 项 · 未完成 1 项", 120)
    journey.shot("审核 结果 未完成1")
    ui.click(journey.text("Show what was not done"))
    journey.shot("审核 未完成的原因")
    ui.key("Escape")
    wait(lambda: len(ui.windows()) == 1, 20, "the end of the dialog")
    expect(len(of(journey, ["listed"])) == 1989, f"{len(of(journey, ['listed']))} are listed")
    ui.click(journey.text("Close"), base=ui.get("panel", journey.text(DESK)))


@step
def reviewer_returns_ten_with_a_comment_at_the_field(journey):
    ui = reviewer(journey)
    ui.key("slash")
    ui.key("ctrl+a")
    ui.write("JX019")
    ui.key("Return")
    see_foot(ui, f"共 {RETURNED} 条")
    ui.key("j", "ctrl+a")
    see_foot(ui, f"已选 {RETURNED} 条")
    ui.click(journey.text("Comment on “%s”").replace("%s", journey.text("Fee standard")), timeout=30)
    dialog = wait(lambda: ui.windows()[0] if len(ui.windows()) > 1 else None, 20, "the comment's dialog")
    ui.get("text", None, dialog).get_editable_text_iface().set_text_contents(COMMENT)
    journey.shot("审核 字段上的意见")
    ui.click(lambda name: not name.startswith(journey.text("Cancel")), base=dialog)
    wait(lambda: len(ui.windows()) == 1, 20, "the end of the comment's dialog")
    ui.key("r")
    dialog = wait(lambda: ui.windows()[0] if len(ui.windows()) > 1 else None, 20, "the dialog of the return")
    ui.see(COMMENT, 10, dialog)
    ui.get("text", starts(journey.text("Reason")), dialog).get_editable_text_iface().set_text_contents(REASON)
    journey.shot("审核 退回10项")
    ui.click(starts(journey.text("Return")), base=dialog)
    wait(lambda: len(of(journey, ["returned"])) == RETURNED, 90, "the returned instruments")


@step
def carrier_sees_the_comment_mends_and_submits_again(journey):
    ui = carrier(journey)
    page = journey.page("carrier1", "Instruments")
    ui.type(journey.text("Search in this list"), "JX01999", base=page)
    ui.click(journey.text("All"), base=page)
    journey.open_table_row("carrier1", "Instruments", "JX01999")
    ui.see(COMMENT, 60)
    journey.shot("载体 看到退回原因")
    ui.scroll(ui.windows()[0], 25)
    journey.shot("载体 字段上的意见")
    ui.type(journey.text("Fee standard"), MENDED)
    ui.click(journey.text("Submit for review"))
    wait(lambda: imported(journey, "JX01999")["JX01999"]["state"] == "pending", 60, "it pending again")
    journey.shot("载体 修改后重新提交")
    ui.click(journey.text("Back"))
    ui.type(journey.text("Search in this list"), "", base=page)


@step
def reviewer_sees_what_changed(journey):
    ui = reviewer(journey)
    see_foot(ui, "共 1 条")
    ui.key("j")
    ui.see(MENDED, 30)
    changed = ui.see(journey.text("before: %s").replace("%s", "300 元/小时"), 60)
    ui.scroll(changed, 12)
    journey.shot("审核 看到修改之处")
