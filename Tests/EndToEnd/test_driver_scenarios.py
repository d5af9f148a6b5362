"""Scenarios: one next message for one question and one answer, and chats that come and go with them."""

import concurrent.futures

import pytest

from drivers import Driver, configure, counts, send
from switchboard import problem

GRAPH = {
    "id": "shift", "version": 1, "start": "ask", "messages": {
        "ask": {"text": "How was it?", "options": [{"answer": "fine", "next": "thanks"}, {"answer": "bad", "next": "why"}]},
        "why": {"text": "What was wrong?", "options": [{"answer": "start over", "next": "ask"}], "free": "thanks"},
        "thanks": {"text": "Thank you.", "end": True},
    },
}


@pytest.fixture
def playing(own_server):
    server = own_server().start()
    configure(server, "scenarios", {"scenarios": [GRAPH]})
    configure(server, "available-chats", {"chats": [{"id": "news"}, {"id": "questions"}]})
    configure(server, "chat-meta", {"news": {"title": "News"}, "questions": {"title": "Questions", "kind": "survey"}})
    configure(server, "chat-tags", {"survey": {"defaultChatId": "news", "chatIds": ["questions"]}})
    return server


def begin(server, drivers, **fields):
    return send(server, drivers, "A few questions", tags=["survey"], payload={"scenario": "shift"}, **fields)


def lines(driver, chat="questions"):
    return driver.page(chat, limit=100)["messages"]


def test_a_survey_is_played_to_its_end_in_a_chat_of_its_own(playing):
    driver = Driver(playing)
    send(playing, driver, "unrelated")
    assert [each["id"] for each in driver.chats()["chats"]] == ["news"]
    begin(playing, driver)
    assert [each["id"] for each in driver.chats()["chats"]] == ["news", "questions"]
    assert driver.texts("news") == ["unrelated"]
    assert driver.texts("questions") == ["A few questions", "How was it?"]
    question = lines(driver)[-1]
    assert (question["type"], question["options"]) == ("survey", ["fine", "bad"])
    etag = driver.poll()["etag"]
    driver.reply("questions", key="a1", replyTo=question["id"], answer="bad")
    assert driver.poll(etag)["chats"][0]["id"] == "questions"
    assert driver.texts("questions") == ["A few questions", "How was it?", "bad", "What was wrong?"]
    driver.reply("questions", key="a2", replyTo=lines(driver)[-1]["id"], text="The queue at the airport")
    # It is over: the chat leaves the list, its messages stay.
    assert [each["id"] for each in driver.chats()["chats"]] == ["news"]
    assert driver.texts("news") == ["unrelated"]
    assert [each["text"] for each in lines(driver)][-2:] == ["The queue at the airport", "Thank you."]


def test_what_the_question_does_not_offer_is_refused(playing):
    driver = Driver(playing)
    begin(playing, driver)
    question = lines(driver)[-1]["id"]
    refused = driver.reply("questions", key="a", replyTo=question, answer="so so", expecting=422)
    assert refused["code"] == "not_an_option"
    # A text that no free answer is offered for is only a text.
    driver.reply("questions", key="b", replyTo=question, text="so so")
    assert [each["text"] for each in lines(driver)][-1] == "so so"


def test_the_message_that_began_a_scenario_can_be_answered_too(playing):
    driver = Driver(playing)
    begin(playing, driver)
    first, question = lines(driver)
    driver.reply("questions", key="a", replyTo=first["id"], answer="bad")
    driver.reply("questions", key="b", replyTo=question["id"], answer="bad")
    assert [each["text"] for each in lines(driver)].count("What was wrong?") == 1


def test_however_often_an_answer_is_given_one_message_follows(playing):
    driver = Driver(playing)
    begin(playing, driver)
    question = lines(driver)[-1]["id"]

    def answer(number):
        return driver.reply("questions", key=f"k{number % 5}", replyTo=question, answer="bad", expecting=(200, 201))["id"]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(answer, range(40)))
    assert len(set(ids)) == 5
    assert [each["text"] for each in lines(driver)].count("What was wrong?") == 1


def test_a_circle_asks_again_each_time(playing):
    driver = Driver(playing)
    begin(playing, driver)
    for lap in range(3):
        driver.reply("questions", key=f"a{lap}", replyTo=lines(driver)[-1]["id"], answer="bad")
        driver.reply("questions", key=f"b{lap}", replyTo=lines(driver)[-1]["id"], answer="start over")
    assert [each["text"] for each in lines(driver)].count("How was it?") == 4
    assert lines(driver)[-1]["options"] == ["fine", "bad"]


def test_a_run_goes_on_in_the_graph_in_which_it_began(playing):
    driver = Driver(playing)
    begin(playing, driver)
    changed = {**GRAPH, "version": 2, "start": "new", "messages": {"new": {"text": "New.", "end": True}}}
    configure(playing, "scenarios", {"scenarios": [changed]})
    driver.reply("questions", key="a", replyTo=lines(driver)[-1]["id"], answer="fine")
    assert lines(driver)[-1]["text"] == "Thank you."
    other = Driver(playing)
    begin(playing, other)
    assert [each["text"] for each in lines(other)] == ["A few questions", "New."]


def test_kills_between_answers_lose_nothing_and_repeat_nothing(playing):
    drivers = [Driver(playing) for _ in range(6)]
    item = begin(playing, drivers)
    for lap in range(4):
        questions = {driver.id: lines(driver)[-1]["id"] for driver in drivers}
        answer = "bad" if lap % 2 == 0 else "start over"

        def reply(driver):
            try:
                driver.reply("questions", key=f"k{lap}", replyTo=questions[driver.id], answer=answer, expecting=(200, 201))
            except Exception:  # noqa: BLE001: the server is killed under it
                pass

        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            running = [pool.submit(reply, driver) for driver in drivers]
            playing.kill()
            concurrent.futures.wait(running)
        playing.start()
        for driver in drivers:
            reply(driver)
    for driver in drivers:
        texts = [each["text"] for each in lines(driver)]
        assert texts == ["A few questions", "How was it?"] + ["bad", "What was wrong?", "start over", "How was it?"] * 2
    assert counts(playing, item)["accepted"] == len(drivers)


def test_a_run_survives_a_snapshot(playing):
    driver = Driver(playing)
    begin(playing, driver)
    state = playing.state_hash()
    playing.stop()
    playing.start()
    assert playing.state_hash() == state
    assert [each["id"] for each in driver.chats()["chats"]] == ["news", "questions"]
    driver.reply("questions", key="a", replyTo=lines(driver)[-1]["id"], answer="fine")
    assert [each["id"] for each in driver.chats()["chats"]] == ["news"]


def messages(**changes):
    return {"scenarios": [{"id": "s", "version": 1, "start": "a", "messages": changes}]}


@pytest.mark.parametrize("document, pointer", [
    ({}, ""),
    (messages(b={"text": "x", "end": True}), "/scenarios/0/start"),
    (messages(a={"text": "x", "options": [{"answer": "y", "next": "gone"}]}), "/scenarios/0/messages/a/options/0/next"),
    (messages(a={"text": "x", "end": True}, lost={"text": "y", "end": True}), "/scenarios/0/messages/lost"),
    (messages(a={"text": "x", "free": "b"}, b={"text": "y", "free": "a"}), "/scenarios/0/messages/a"),
    (messages(a={"text": "x"}), "/scenarios/0/messages/a"),
    (messages(a={"text": "x", "end": True, "free": "a"}), "/scenarios/0/messages/a"),
    (messages(a={"text": "x", "options": [{"answer": "y", "next": "b"}, {"answer": "y", "next": "b"}]},
              b={"text": "z", "end": True}), "/scenarios/0/messages/a/options/1/answer"),
    (messages(a={"text": "", "end": True}), "/scenarios/0/messages/a/text"),
    ({"scenarios": messages(a={"text": "x", "end": True})["scenarios"] * 2}, "/scenarios/1"),
])
def test_a_faulty_graph_is_refused_with_its_place(server, document, pointer):
    assert problem(configure(server, "scenarios", document, expecting=400))["pointer"] == pointer


def test_an_item_cannot_begin_what_is_not_there(server):
    send(server, Driver(server), payload={"scenario": "nowhere"}, expecting=400)


def test_a_survey_that_is_taken_back_unseen_leaves_nothing(playing):
    seen, unseen = Driver(playing), Driver(playing)
    item = begin(playing, [seen, unseen])
    seen.status([(each["id"], "read") for each in lines(seen)], chat="questions")
    playing.operator.delete(f"/v1/feeds/items/{item['id']}")
    assert [each["id"] for each in unseen.chats()["chats"]] == ["news"]
    assert (lines(unseen), unseen.poll()["chats"]) == ([], [])
    assert seen.texts("questions") == ["A few questions", "How was it?"]
