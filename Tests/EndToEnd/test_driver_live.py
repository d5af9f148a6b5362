"""A driver who holds a WebSocket gets the same news live, through the official SDK."""

import asyncio

import pytest

from drivers import Driver, configure, send
from sdk import ENCODINGS, Follower
from test_driver_scenarios import GRAPH

pytestmark = pytest.mark.parametrize("encoding", ENCODINGS)


async def called(function, *arguments, **more):
    return await asyncio.to_thread(function, *arguments, **more)


async def test_an_item_comes_live_and_once(server, encoding):
    driver = Driver(server)
    async with Follower(server.websocket_url, driver.token, encoding) as follower:
        await follower.until_connected()
        await called(send, server, driver, "live", key=f"live-{driver.id}", tags=["news", "city"])
        await called(send, server, driver, "live", key=f"live-{driver.id}", tags=["news", "city"])
        await called(send, server, driver, "second")
        received = await follower.until_received(driver.address, 2)
        assert [entry[0] for entry in received] == [1, 2]
        polled = await called(driver.poll)
        assert polled["chats"] == [{"id": "news", "unread": 2}]


async def test_what_follows_an_answer_comes_live(own_server, encoding):
    server = await called(own_server().start)
    await called(configure, server, "scenarios", {"scenarios": [GRAPH]})
    driver = await called(Driver, server)
    async with Follower(server.websocket_url, driver.token, encoding) as follower:
        await follower.until_connected()
        await called(send, server, driver, "Questions", payload={"scenario": "shift"})
        await follower.until_received(driver.address, 2)
        question = (await called(driver.page))["messages"][-1]["id"]
        await called(driver.reply, key="a", replyTo=question, answer="fine")
        received = await follower.until_received(driver.address, 4)
        assert [entry[0] for entry in received] == [1, 2, 3, 4]


async def test_what_was_missed_is_there_at_the_next_poll(server, encoding):
    driver = Driver(server)
    async with Follower(server.websocket_url, driver.token, encoding) as follower:
        await follower.until_connected()
        await called(send, server, driver, "before")
        await follower.until_received(driver.address, 1)
    await called(send, server, driver, "between")
    polled = await called(driver.poll)
    assert polled["chats"] == [{"id": "news", "unread": 2}]
