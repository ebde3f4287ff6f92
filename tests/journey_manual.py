"""What the journeys through the manuals share: lists and desks, forms, and how they are run."""
import importlib.machinery
import importlib.util
import pathlib
import sys

from journey_play import expect, starts
from uidrv import children, has_state, wait

ROOT = pathlib.Path(__file__).resolve().parent.parent


def run(steps, name):
    """Plays the steps as tests/journey does, with pictures in a folder of their own."""
    loader = importlib.machinery.SourceFileLoader("journey", str(ROOT / "tests/journey"))
    journeys = importlib.util.module_from_spec(importlib.util.spec_from_loader("journey", loader))
    loader.exec_module(journeys)
    journeys.steps = lambda parts: steps
    if not any(argument.startswith("--pictures") for argument in sys.argv):
        sys.argv += ["--pictures", str(ROOT / "_build" / name)]
    journeys.main()


def one(journey, plural, user, what, **filters):
    """The only record of a kind that user sees and that what() is true of."""
    found = [record for record in journey.records(plural, user, **filters) if what(record)]
    expect(len(found) == 1, f"{len(found)} {plural} of {user}")
    return found[0]


def field(name, value):
    """As what= of one(): a field of the record has this value."""
    return lambda record: record["fields"].get(name) == value


def state_of(journey, plural, user, record):
    status, answer = journey.server.ask("GET", f"/v1/{plural}/{record['id']}", token=journey.server.token(user))
    expect(status == 200, f"{plural}: {status} {answer}")
    return answer["state"]


def becomes(journey, plural, user, record, state, timeout=60):
    wait(lambda: state_of(journey, plural, user, record) == state, timeout, f"{plural} {state}")


def write(journey, ui, fields, base=None):
    for title, text in fields.items():
        ui.type(journey.text(title), text, base=base)


def own_page(journey, name, title, text):
    """A page of the sidebar that is called as the record on it."""
    ui = journey.clients[name]
    pages = ui.get("list", journey.text("Pages"))
    titles = [row.get_name() for row in children(pages)]
    pages.get_selection_iface().select_child(titles.index(journey.text(title)))
    ui.see(journey.text(text), 20)


def choose(journey, name, page, text):
    """Clicks on the row of a desk that holds text; the page."""
    ui = journey.clients[name]
    panel = journey.page(name, page)
    cell = wait(lambda: ui.find("label", lambda label: text in label, journey.table_rows(name, page)), 40, f"{text} on {page}")
    ui.present()
    ui.mouse(cell)
    return panel


def decide(journey, name, page, text, action, fill=None, picture=None):
    """A step of the record beside the list of a desk, with its dialog."""
    ui, title = journey.clients[name], journey.text(action)
    panel = choose(journey, name, page, text)
    ui.click(title + "…", base=panel, timeout=30)
    dialog = ui.window(title, 20)
    if fill:
        fill(dialog)
    if picture:
        journey.shot(picture)
    ui.click(starts(title), base=dialog, timeout=20)
    wait(lambda: not any(window.get_name() == title for window in ui.windows()), 20, f"the end of {title}")


def take_next(journey, ui, title, times=1, base=None):
    """Chooses in a drop-down list: so many further down."""
    for _ in range(times):
        ui.act(ui.get("combo box", journey.text(title), base), "dropdown.next")


def still(ui, role, name, base, times=10):
    """The widget of that name once it is not built anew any more: what a search finds comes in two goes."""
    seen = []

    def look():
        node = ui.find(role, name, base)
        seen.append(node.path if node else None)
        return node if node and len(seen) >= times and len(set(seen[-times:])) == 1 else None
    return wait(look, 20, f"{name} at rest")


def pick(journey, ui, title, text, base=None, many=False):
    """Chooses a record in the field of that title: the first one found for text; many: a list that goes on."""
    field = ui.get("push button", journey.text(title), base)
    ui.act(next(iter(children(field))), "click")
    search = ui.get("entry", journey.text("Search"), field)
    wait(lambda: has_state(search, "focused"), 10, "the choice")  # what is typed before is gone when it opens
    search.get_editable_text_iface().set_text_contents(text)
    rows = ui.get("list", journey.text("What was found"), field)
    wait(lambda: (row := next(iter(children(rows)), None)) and ui.sees(text, row), 20, f"{text} for {title}")
    ui.present()
    ui.key("Return")
    if many:
        ui.key("Escape")
    wait(lambda: not has_state(search, "focused"), 10, "the end of the choice")
