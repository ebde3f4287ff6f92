"""What the parts of the journey share: the server, the people at their computers, waiting and looking."""
import contextlib
import gettext
import http.client
import json
import signal
import socket
import subprocess
import time
import urllib.parse
import uuid

from uidrv import UI, Timeout, children, has_state, wait

PASSWORD = "yiquan-demo"


class Failed(Exception):
    pass


def expect(condition, what):
    if not condition:
        raise Failed(what)


def starts(word):
    return lambda name: name.startswith(word)


def holds(word):
    return lambda name: word in name


class Server:
    """yiquand demo on one folder; may be stopped, killed and started again on the same port."""

    def __init__(self, build, folder):
        self.program, self.folder, self.process, self.tokens = build / "server/yiquand", folder, None, {}
        self.arguments = []  # more of them: a configuration
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen([self.program, "demo", "--data", self.folder / "server", "--listen",
                                             f"127.0.0.1:{self.port}", *self.arguments], stdout=log, stderr=log)
        wait(lambda: self.ask("GET", "/healthz")[0] == 200, 60, "the server")

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)

    def ask(self, method, path, body=None, token=None):
        """Status and answer; 0 where nobody answers."""
        headers = {"Content-Type": "application/json", "Accept-Language": "zh-CN"}
        if token:
            headers["Authorization"] = "Bearer " + token
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if content.startswith((b"{", b"[")) else content
        except OSError:
            return 0, None
        finally:
            connection.close()

    def token(self, name):
        if name in self.tokens:
            return self.tokens[name]
        status, answer = self.ask("POST", "/v1/sessions", {"username": name, "password": PASSWORD})
        expect(status == 201, f"{name} cannot sign in: {status} {answer}")
        self.tokens[name] = answer["token"]
        return answer["token"]


def pdf(title):
    """A small paper of one page that differs by its title."""
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%" + title.encode() + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Journey:
    def __init__(self, build, pictures, folder):
        self.build, self.pictures, self.folder = build, pictures, folder
        self.server = Server(build, folder)
        self.clients = {}
        self.text = gettext.translation("yiquan", build / "po", ["zh_CN"], fallback=False).gettext
        self.number = 0

    # -- people at their computers --
    def open(self, name, *arguments):
        """The client of an account; asks for the password where it has to."""
        log = self.folder / f"{name}.log"
        ui = UI([str(self.build / "client/yiquan"), "--server", self.server.url, "--user", name, "--store",
                 str(self.folder / name), *arguments], str(log))
        self.clients[name] = ui
        wait(ui.windows, 60, "a window")
        for window in wait(lambda: ui.xdo("search", "--onlyvisible", "--pid", ui.p.pid).split(), 20, "a window"):
            ui.xdo("windowmove", window, 0, 0)
        return ui

    def is_signing_in(self, ui):
        return any(self.text("Sign in") in (window.get_name() or "") for window in ui.windows())

    def sign_in(self, name, *arguments):
        ui = self.open(name, *arguments)
        ui.type(self.text("Password"), PASSWORD)
        self.shot(f"{name} 登录")
        ui.click(self.text("Sign in"))
        wait(lambda: not self.is_signing_in(ui), 60, f"the window of {name}")
        ui.get("list", self.text("Pages"), timeout=30)
        for window in wait(lambda: ui.xdo("search", "--onlyvisible", "--pid", ui.p.pid).split(), 20, "a window"):
            ui.xdo("windowmove", window, 0, 0)
        return ui

    def come_back(self, name, *arguments):
        """Starts the program again; it goes on without a network."""
        ui = self.open(name, *arguments)
        with contextlib.suppress(Timeout):
            wait(lambda: not self.is_signing_in(ui), 4, "the session of before")
            return ui
        ui.type(self.text("Password"), PASSWORD)
        ui.click(self.text("Sign in"))
        wait(lambda: not self.is_signing_in(ui), 30, f"the window of {name}")
        return ui

    def page(self, name, title):
        """Chooses a page of the sidebar."""
        ui = self.clients[name]
        title = self.text(title)
        pages = ui.get("list", self.text("Pages"))
        titles = [row.get_name() for row in children(pages)]
        expect(title in titles, f"{title} is not among the pages {titles}")
        pages.get_selection_iface().select_child(titles.index(title))

        def is_there():
            """A page that was opened from a list lies over it: go back."""
            if any((window.get_name() or "").startswith(title) for window in ui.windows()):
                return True
            back = ui.find("push button", self.text("Back"))
            if back is not None and not ui.act(back, "click"):
                return False
            return wait(lambda: any((window.get_name() or "").startswith(title) for window in ui.windows()), 1, "it")
        for _ in range(3):
            with contextlib.suppress(Timeout):
                wait(is_there, 20, f"the page {title}")
                break
        else:
            raise Timeout(f"the page {title} did not come")
        return ui.get("panel", title)

    def person(self, name, window=None):
        """The window of an account, in front; signs in the first time."""
        ui = self.clients.get(name)
        if ui is None:
            ui = self.sign_in(name, *(["--window", window] if window else []))
        ui.present()
        return ui

    def answer_file(self, ui, path, title=None):
        """Types a path into the toolkit's own dialog, to open or to save."""
        dialog = wait(lambda: next((w for w in ui.windows() if w.get_role_name() == "filler"), None), 20, "the file chooser")
        field = ui.find("text", starts("名称"), dialog)
        if field is None:
            ui.present()
            wait(lambda: ui.key("slash") or ui.find("text", "GtkFileChooserEntry", dialog), 10, "the entry of the file chooser")
            field = ui.get("text", "GtkFileChooserEntry", dialog)
        elif title:
            self.shot(title)
        field.get_editable_text_iface().set_text_contents(str(path))
        ui.click(lambda name: name.startswith(("打开", "保存", "选择")), role="push button", base=dialog)
        wait(lambda: not any(w.get_role_name() == "filler" for w in ui.windows()), 20, "the end of the file chooser")

    def step(self, name, title, fill=None, picture=None):
        """A step of the record that is open: its button, its dialog, the same word once more."""
        ui, title = self.clients[name], self.text(title)
        ui.click(title + "…", timeout=30)
        dialog = ui.window(title, 20)
        if fill:
            fill(dialog)
        if picture:
            self.shot(picture)
        ui.click(starts(title), base=dialog, timeout=20)
        wait(lambda: not any(window.get_name() == title for window in ui.windows()), 20, f"the end of {title}")

    def attach(self, ui, field, title, base=None):
        """A PDF into a field of files."""
        path = self.folder / f"{title}.pdf"
        path.write_bytes(pdf(title))
        ui.click(self.text(field), role="push button", base=base)
        self.answer_file(ui, path)
        ui.see(path.name, 30)

    def open_row(self, name, listing, text):
        """Double click on the row of a list that holds text."""
        ui = self.clients[name]
        row = wait(lambda: next((row for row in children(ui.get("list", self.text(listing)))
                                 if ui.find("label", lambda label: text in label, row)), None), 15, f"a row with {text}")
        ui.present()
        ui.mouse(row, times=2)

    def table_rows(self, name, title):
        """The list behind the table of a page."""
        ui = self.clients[name]
        return ui.get("list", "GtkColumnListView", ui.get("tree table", None, ui.get("panel", self.text(title))))

    def open_table_row(self, name, title, text):
        """Double click on the topmost row of a page's table that holds text."""
        ui = self.clients[name]
        cell = wait(lambda: ui.find("label", lambda label: text in label, self.table_rows(name, title)), 20, f"a row with {text}")
        ui.present()
        ui.mouse(cell, times=2)

    def records(self, entity, name="enterprise1", **filters):
        """All records of a kind that an account sees on the server."""
        found, cursor = [], None
        while True:
            asked = dict(filters, limit=200, **({"cursor": cursor} if cursor else {}))
            path = f"/v1/{entity}?{urllib.parse.urlencode(asked, doseq=True)}"
            status, answer = self.server.ask("GET", path, token=self.server.token(name))
            expect(status == 200, f"{entity}: {status} {answer}")
            found += answer["items"]
            cursor = answer["next"]
            if not cursor:
                return found

    def command(self, name, entity, record, action, fields=None):
        """What somebody does at another computer, without a window."""
        command = {"id": str(uuid.uuid4()), "entity": entity, "record": record["id"], "action": action,
                   "revision": record["revision"], "fields": fields or {}}
        status, answer = self.server.ask("POST", "/v1/commands", {"commands": [command]}, self.server.token(name))
        expect(status == 200 and answer["results"][0]["outcome"] == "applied", f"{action}: {status} {answer}")

    def settled(self, name, timeout=60):
        """Nothing waits to be sent, and the window says so."""
        wait(lambda: self.clients[name].find("push button", starts(self.text("Synced at %s").replace("%s", ""))), timeout,
             f"everything of {name} sent")

    def kill(self, name):
        ui = self.clients.pop(name)
        ui.p.kill()
        ui.p.wait()

    def close_all(self):
        for ui in self.clients.values():
            with contextlib.suppress(Exception):
                ui.close()
        self.server.stop()

    def shot_all(self, title):
        """Every window that is open, one after the other in front."""
        for name, ui in self.clients.items():
            try:
                ui.present()
            except (Timeout, RuntimeError):  # it is gone: the picture of what is there says so
                pass
            self.shot(f"{title} {name}")

    def shot(self, title):
        self.number += 1
        time.sleep(0.2)  # the last frame
        path = self.pictures / f"{self.number:02d} {title}.png"
        subprocess.run(["import", "-window", "root", "-quality", "10", str(path)], check=False)
        return path
