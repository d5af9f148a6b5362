"""The operator's page at /console, in a real browser: what is shown, what is refused, and that nothing of it goes astray."""

import json

import pytest

from chromium import Browser, executable
from drivers import Driver, configure, eventually, send
from switchboard import OPERATOR_KEY

if executable() is None:
    pytest.skip("no chromium: .ci/install-packages chromium", allow_module_level=True)

CONTROL = 2
HOUR = 3_600_000
CAP = {"caps": [{"id": "hourly", "scope": "all", "limit": 1, "window": {"rolling": HOUR}, "onExceed": "drop"}]}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


@pytest.fixture
def page(browser, server):
    """A page at the door; at the end it has complained of nothing, and asked nobody else for anything."""
    page = browser.page()
    page.go(f"{server.url}/console")
    yield page
    assert page.complaints == []
    assert {url for url in page.requests if not url.startswith((f"{server.url}/", "data:"))} <= {"about:blank"}
    page.close()


@pytest.fixture
def console(page):
    """The page, signed in."""
    sign_in(page)
    return page


def sign_in(page, key=OPERATOR_KEY):
    page.type(key, into="#key")
    page.key("Enter")
    page.see("Overview")


def show(page, *names):
    """Goes to a view as a link does."""
    page.run(f"location.hash = '#/' + {json.dumps(names)}.map(encodeURIComponent).join('/')")


def counter(page, name):
    return f"Number(document.querySelector('[data-counter={name}] .value').textContent.replaceAll(',', ''))"


# Signing in.

def test_a_wrong_key_is_told_in_plain_words_and_a_right_one_opens(page):
    page.type("a-wrong-key", into="#key")
    page.press("Sign in")
    page.see("This key is not right")
    assert page.run("sessionStorage.length") == 0
    sign_in(page)
    assert page.run("[sessionStorage.length, localStorage.length]") == [1, 0]
    assert OPERATOR_KEY not in page.run("location.href")


def test_a_key_that_may_not_look_is_told_so(page, server):
    key = server.operator.post("/v1/keys", {"name": "narrow", "scopes": ["publish"]}, expecting=201)["key"]
    page.type(key, into="#key")
    page.key("Enter")
    page.see("needs the scope operator")


def test_signing_out_forgets_the_key(console):
    console.press("Sign out")
    console.see("Sign in")
    assert console.run("sessionStorage.length") == 0


# The overview.

def test_counters_move_when_a_message_is_published(console, server):
    before = console.wait(f"{counter(console, 'publishes')} >= 0 && {{n: {counter(console, 'publishes')}}}", "the counter")["n"]
    ann, bob = server.person(), server.person()
    for number in range(3):
        ann.say(bob, str(number))
    console.wait(f"{counter(console, 'publishes')} >= {before + 3}", "the counter moves")
    console.wait("document.querySelectorAll('.plot polyline').length >= 5", "plots are drawn")


# Mailboxes.

def test_hostile_text_is_shown_as_text_and_nothing_of_it_runs(console, server):
    hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    ann, bob = server.person(), server.person(displayName=hostile)
    group = ann.group(bob, title=hostile)
    ann.say(group, hostile, tags={"<b>": hostile})
    show(console, "mailboxes", group)
    console.see(hostile)
    console.press("All of it")
    console.wait("[...document.querySelectorAll('pre')].some((each) => each.innerText.includes('onerror'))", "all of it")
    assert console.run("document.querySelectorAll('main img, main script, main b').length") == 0
    assert console.run("document.title") != "owned"


def test_a_mailbox_is_found_by_its_beginning_and_read_page_by_page(console, server):
    ann, bob = server.person(), server.person()
    group = ann.group(bob, title="A long talk")
    for number in range(35):
        ann.say(group, f"word {number}")
    show(console, "mailboxes")
    console.type(group[:-1], into="input.search")
    console.key("Enter")
    console.press(group)
    console.see("word 34")
    console.see(bob.address)
    assert "word 4\n" not in console.text + "\n"
    console.press("Show more")
    console.see("word 0")
    shown = console.run("[...document.querySelectorAll('.said')].map((each) => each.innerText)")
    assert shown == [f"word {number}" for number in reversed(range(35))]


# Sessions.

def test_closing_a_session_ends_its_connection_with_3503(console, server, raw):
    person = server.person()
    socket = raw(person)
    show(console, "sessions")
    console.type(person.address, into="input.search")
    console.key("Enter")
    console.wait("document.querySelectorAll('tbody tr').length === 1", "one session")
    console.see("127.0.0.1:")
    console.press("Close")
    console.see("Close this session?")
    console.press("Close it")
    assert socket.close_code() == 3503
    console.see("The session is closed.")


# Decisions.

@pytest.fixture
def capped(server):
    """One message in an hour to a driver, as long as a test runs."""
    before = server.operator.call("GET", "/v1/config/policies")
    configure(server, "policies", CAP)
    yield
    configure(server, "policies", before.json())


def test_explaining_shows_the_rule_and_its_numbers(console, server, capped):
    driver = Driver(server)
    for number in range(2):
        send(server, driver, str(number))
    show(console, "decisions", driver.address)
    console.see("Not sent")
    console.see("a frequency cap is full — rule hourly — 1 of 1 used · in any 1 h")
    steps = console.run("[...document.querySelector('.decision.suppress').querySelectorAll('.steps li')].map((each) => each.className)")
    assert steps.count("suppressed") == 1 and steps.index("suppressed") > steps.index("passed")


def test_an_item_can_be_tried_without_sending_it(console, server):
    driver = Driver(server)
    show(console, "decisions", "item")
    console.type(driver.id, into="input[placeholder='42, 43']")
    console.type("hello", into="textarea")
    console.press("Try it")
    console.see("nothing was sent")
    console.see("Every step let it pass.")
    assert driver.texts() == []


# Configuration.

def edit(page, text):
    page.wait("document.querySelector('textarea')?.value.length > 0", "the document")
    page.type(text, into="textarea")


def test_a_faulty_document_is_refused_with_its_place_and_the_old_one_stays(console, server, capped):
    show(console, "configuration", "policies")
    before = server.operator.call("GET", "/v1/config/policies")
    faulty = json.dumps({"caps": [{**CAP["caps"][0], "limit": -5}]}, indent=2)
    edit(console, faulty)
    console.key("s", CONTROL)
    console.see("Not saved; the old document stays in effect.")
    console.see("/caps/0/limit")
    assert console.run("document.querySelector('.marks mark').textContent") == "-5"
    line = faulty[:faulty.index("-5")].count("\n") + 1
    assert console.run("document.querySelector('.numbers b').textContent.trim()") == str(line)
    after = server.operator.call("GET", "/v1/config/policies")
    assert (after.text, after.headers["etag"]) == (before.text, before.headers["etag"])


def test_what_is_no_json_is_told_while_typing_and_cannot_be_saved(console, server):
    show(console, "configuration", "chat-meta")
    edit(console, '{\n  "news": {"title" "News"}\n}')
    console.see("Line 2, column 20: A colon is missing before this.")
    assert console.run("[...document.querySelectorAll('button')].find((each) => each.innerText === 'Save').disabled")


def test_a_document_that_was_replaced_meanwhile_is_not_overwritten(console, server):
    before = server.operator.get("/v1/config/chat-meta")
    configure(server, "chat-meta", {"news": {"title": "First"}})
    show(console, "configuration", "chat-meta")
    console.see("in effect")
    configure(server, "chat-meta", {"news": {"title": "Theirs"}})
    edit(console, '{"news": {"title": "Mine"}}')
    console.press("Save")
    console.see("somebody saved version")
    assert server.operator.get("/v1/config/chat-meta")["news"]["title"] == "Theirs"
    console.press("Show the difference")
    console.wait("document.querySelector('.difference')", "what differs")
    assert console.run("['.less-of', '.more-of'].map((each) => document.querySelector(each).innerText.trim())") == [
        '-     "title": "Theirs"', '+     "title": "Mine"']
    console.press("Back to the text")
    console.press("Take theirs")
    console.wait("document.querySelector('textarea').value.includes('Theirs')", "their text")
    configure(server, "chat-meta", before)


# Tasks and snapshots.

def test_a_held_copy_waits_as_a_task_that_can_be_dropped(console, server):
    driver = Driver(server)
    send(server, driver, "later", startsAt=4_000_000_000_000)
    [task] = eventually(lambda: [each for each in server.operator.get("/v1/tasks", params={"limit": 1000})["tasks"]
                                 if each["due"] >= 3_900_000_000_000])
    show(console, "tasks")
    console.see("This server has no senders" if server.operator.call("GET", "/v1/senders").status_code == 404 else "Circuits")
    console.see(task["id"])
    console.press("Drop")
    console.see("nothing brings it back")
    console.press("Cancel")
    assert task["id"] in console.text
    console.press("Drop")
    console.press("Drop it")
    console.wait(f"!document.querySelector('table').innerText.includes({json.dumps(task['id'])}) && document.body.innerText.includes('The task is dropped.')",
                 "the task is gone")


def test_a_snapshot_that_is_taken_shows_up(console, server):
    show(console, "snapshots")
    before = {each["file"] for each in server.operator.get("/v1/snapshots")["snapshots"]}
    server.person()
    console.press("Take one now")
    console.see("Taken: ")
    [taken] = {each["file"] for each in server.operator.get("/v1/snapshots")["snapshots"]} - before
    console.wait(f"document.querySelector('table').innerText.includes({json.dumps(taken)})", "the new snapshot")


# The page itself.

VIEWS = ["overview", "mailboxes", "sessions", "decisions", "configuration", "tasks", "snapshots", "drivers"]


def test_every_view_fits_a_phone(console, server):
    server.person().group(title="A title that is long enough to need two lines on a telephone")
    console.resize(375, 740)
    for number, name in enumerate(VIEWS, 1):
        console.key(str(number))
        console.wait(f"location.hash === '#/{name}' && document.querySelector('main h1')", name)
        console.wait("!document.querySelector('.plot') || document.querySelectorAll('.tile').length === 0 || document.querySelectorAll('polyline').length > 0", "plots")
        width = console.run("[document.documentElement.scrollWidth, innerWidth]")
        assert width == [375, 375], name


def test_keys_open_views_and_turn_the_theme(console):
    console.key("?")
    console.see("light or dark")
    console.key("Escape")
    console.wait("!document.querySelector('dialog')", "the dialog is closed")
    ground = console.run("getComputedStyle(document.documentElement).backgroundColor")
    console.key("t")
    assert console.run("getComputedStyle(document.documentElement).backgroundColor") != ground
    console.key("2")
    console.see("All kinds")
    console.key("/")
    assert console.run("document.activeElement.tagName") == "INPUT"


def test_nothing_inline_runs_and_nobody_else_can_be_asked(console):
    """The policy that the page is served with, tried from inside it."""
    console.run("""new Promise((done) => {
        window.violations = [];
        document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.effectiveDirective));
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
        const image = document.createElement("div");
        image.setAttribute("style", "color: rgb(1, 2, 3)");
        document.body.append(image);
        fetch("http://127.0.0.1:9/").catch(() => setTimeout(done, 50));
    })""")
    assert console.run("window.ran") is None
    assert {"script-src-elem", "style-src-attr", "connect-src"} <= set(console.run("window.violations"))
    # These were the test's own.
    assert console.complaints and all("Content Security Policy" in each for each in console.complaints)
    console.complaints.clear()


def test_the_numbers_of_drivers_are_those_of_today_too(console, server):
    driver = Driver(server)
    tag = f"tag-{driver.id}"
    send(server, driver, "Which?", tags=[tag], payload={"options": ["<b>left</b>", "right"]})
    question = driver.page()["messages"][-1]["id"]
    driver.status([(question, "read")])
    driver.reply(key="v", replyTo=question, vote="<b>left</b>")
    show(console, "drivers")
    console.see("In these days")
    console.type(tag, into="input[type=text]")
    console.key("Enter")
    console.wait("!document.querySelector('main').innerText.includes('By tag')", "figures of one tag")
    console.see("<b>left</b>")
    shown = console.text
    assert "Let in\n1\n" in shown and "Read\n1\n" in shown and "Answered\n1\n" in shown


def test_a_service_that_is_away_is_told_plainly(browser, own_server):
    server = own_server().start()
    away = {"kind": "webhook", "url": "http://127.0.0.1:9/", "timeout": 1000, "attempts": 1,
            "circuit": {"failures": 1, "openFor": 60000}}
    configure(server, "senders", {"crm": away})
    Driver(server).reply(key="1", text="hello")
    eventually(lambda: server.operator.get("/v1/senders")["senders"][0]["circuit"] == "open")
    page = browser.page()
    page.go(f"{server.url}/console")
    sign_in(page)
    show(page, "tasks")
    page.see("cut off")
    assert "replier" in page.text and page.complaints == []
    page.close()
