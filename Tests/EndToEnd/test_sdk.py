"""The official SDK works with no change, in both of its encodings."""

import asyncio
import time

import centrifuge
import pytest
from centrifuge import CentrifugeError

from sdk import ENCODINGS, Cable, Follower
from switchboard import jwt

pytestmark = pytest.mark.parametrize("encoding", ENCODINGS)


async def called(function, *arguments, **more):
    """A blocking HTTP call that leaves the event loop to the SDK."""
    return await asyncio.to_thread(function, *arguments, **more)


async def test_connecting_brings_ones_own_subscriptions(server, encoding):
    ada, bob = server.person(), server.person()
    group, channel = ada.group(bob), ada.channel()
    bob.join(channel)
    ada.say(bob, "hello")
    async with Follower(server.websocket_url, bob.token, encoding) as follower:
        await follower.until_connected()
        own = {bob.address, ada.direct(bob), group, channel}
        await follower.until(lambda: own <= set(follower.subscribed), f"subscriptions {own}")
        for address in own:
            context = follower.subscribed[address]
            assert context.recoverable and context.stream_position.epoch
        assert follower.subscribed[ada.direct(bob)].stream_position.offset == 1
        assert follower.subscribed[group].stream_position.offset == 0


async def test_a_publisher_receives_its_own_message_as_a_push(server, encoding):
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    async with Follower(server.websocket_url, ada.token, encoding) as first, \
            Follower(server.websocket_url, bob.token, encoding) as second:
        await first.until_connected()
        await second.until_connected()
        await first.publish(group, {"text": "from Ada: ünïcode 🚀"})
        await second.publish(group, {"text": "from Bob"})
        for follower in (first, second):
            received = await follower.until_received(group, 2)
            assert [entry[:3] for entry in received] == [
                (1, {"text": "from Ada: ünïcode 🚀"}, ada.address), (2, {"text": "from Bob"}, bob.address),
            ]
            assert received[0][3]["id"] == f"{group}/1"


async def test_a_message_over_http_arrives_at_the_sdk(server, encoding):
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    async with Follower(server.websocket_url, bob.token, encoding) as follower:
        await follower.until_connected()
        await called(ada.say, group, "over HTTP", tags={"mood": "good"})
        await called(ada.say, group, "a reply", replyTo=1)
        first, second = await follower.until_received(group, 2)
        assert first[1] == {"text": "over HTTP"}
        assert first[3]["mood"] == "good"
        assert second[3]["replyTo"] == "1"


async def test_a_public_channel_can_be_followed_for_this_connection(server, encoding):
    ada, bob = server.person(), server.person()
    channel = ada.channel()
    ada.say(channel, "before")
    async with Follower(server.websocket_url, bob.token, encoding) as follower:
        subscription = await follower.follow(channel)
        await called(ada.say, channel, "live")
        assert (await follower.until_received(channel, 1))[0][:2] == (2, {"text": "live"})
        history = await subscription.history(limit=10)
        assert [follower.decoded(each.data)["text"] for each in history.publications] == ["before", "live"]
        assert history.offset == 2 and history.epoch
        await subscription.unsubscribe()
        await called(ada.say, channel, "after")
        assert (await follower.client.history(channel, limit=0)).offset == 3
        assert follower.texts(channel) == ["live"]
    chats = await called(bob.api.get, "/chats")
    assert channel not in [chat["address"] for chat in chats["chats"]]


async def test_a_private_channel_and_a_strangers_group_are_refused(server, encoding):
    ada, eve = server.person(), server.person()
    group, private = ada.group(), ada.channel(public=False)
    async with Follower(server.websocket_url, eve.token, encoding) as follower:
        await follower.until_connected()
        for address in (group, private, "group:nowhere"):
            subscription = follower.client.new_subscription(address)
            await subscription.subscribe()
            with pytest.raises(CentrifugeError):
                await subscription.ready(timeout=5)
            with pytest.raises(centrifuge.ReplyError) as refused:
                await follower.client.history(address, limit=1)
            assert refused.value.code == 103
            with pytest.raises(centrifuge.ReplyError) as refused:
                await follower.publish(address, {"text": "x"})
            assert refused.value.code == 103


async def test_presence_shows_who_is_here(server, encoding):
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    async with Follower(server.websocket_url, ada.token, encoding) as first:
        await first.until_connected()
        async with Follower(server.websocket_url, bob.token, encoding) as second:
            await second.until_connected()
            await first.until(lambda: (group, bob.address) in first.joins, "Bob's join")
            presence = await first.client.presence(group)
            assert sorted(info.user for info in presence.clients.values()) == sorted([ada.address, bob.address])
            assert all(client == info.client for client, info in presence.clients.items())
            stats = await first.client.presence_stats(group)
            assert (stats.num_clients, stats.num_users) == (2, 2)
        await first.until(lambda: (group, bob.address) in first.leaves, "Bob's leave")
        stats = await first.client.presence_stats(group)
        assert (stats.num_clients, stats.num_users) == (1, 1)


async def test_history_pages_in_both_directions(server, encoding):
    ada = server.person()
    group = ada.group()
    for number in range(1, 8):
        ada.say(group, str(number))
    async with Follower(server.websocket_url, ada.token, encoding) as follower:
        await follower.until_connected()
        position = await follower.client.history(group, limit=0)
        assert (position.offset, position.publications) == (7, [])

        async def offsets(**query):
            page = await follower.client.history(group, **query)
            return [publication.offset for publication in page.publications]

        def since(offset):
            return centrifuge.StreamPosition(offset=offset, epoch=position.epoch)

        assert await offsets(limit=3) == [1, 2, 3]
        assert await offsets(limit=3, since=since(3)) == [4, 5, 6]
        assert await offsets(limit=3, since=since(6)) == [7]
        assert await offsets(limit=3, reverse=True) == [7, 6, 5]
        assert await offsets(limit=3, reverse=True, since=since(5)) == [4, 3, 2]


async def test_rpc_publish_gives_all_that_http_gives(server, encoding):
    ada, bob = server.person(), server.person()
    before = time.time() * 1000 - 2000
    async with Follower(server.websocket_url, ada.token, encoding) as follower:
        await follower.until_connected()
        command = {"to": bob.address, "body": {"text": "by rpc"}, "key": "k1", "tags": {"a": "b"}}
        answer = await follower.rpc("publish", command)
        assert (answer["offset"], answer["duplicate"], answer["durability"]) == (1, False, "synced")
        assert answer["epoch"] and answer["time"] > before
        # HTTP's names for the same, so that a client reads one answer wherever it came from.
        assert (answer["id"], answer["mailbox"], answer["seq"]) == (f"{ada.direct(bob)}/1", ada.direct(bob), 1)
        assert answer["at"] == answer["time"]
        assert await follower.rpc("publish", command) == {**answer, "duplicate": True}
        with pytest.raises(centrifuge.ReplyError) as refused:
            await follower.rpc("publish", {**command, "body": {"text": "other"}})
        assert refused.value.code == 107
        assert (await follower.until_received(ada.direct(bob), 1))[0][1] == {"text": "by rpc"}
        assert (await called(ada.history, ada.direct(bob)))["head"] == 1


async def test_an_unknown_rpc_is_104(server, encoding):
    async with Follower(server.websocket_url, server.person().token, encoding) as follower:
        with pytest.raises(centrifuge.ReplyError) as refused:
            await follower.rpc("no_such_method", {})
        assert refused.value.code == 104


async def test_receipts_and_typing_reach_the_others(server, encoding):
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    ada.say(group, "read me")
    async with Follower(server.websocket_url, ada.token, encoding) as first, \
            Follower(server.websocket_url, bob.token, encoding) as second:
        await first.until_connected()
        await second.until_connected()
        await second.rpc("typing", {"in": group})
        await second.rpc("ack", {"in": group, "delivered": 1, "read": 1})

        def seen(name):
            return [data for tags, data, _ in first.events[group] if tags.get("event") == name]

        await first.until(lambda: seen("typing") and seen("receipt"), "typing and a receipt")
        assert seen("typing")[0] == {"by": bob.address}
        assert seen("receipt")[-1] == {"by": bob.address, "delivered": 1, "read": 1}
        chats = (await second.rpc("chats", {}))["chats"]
        mine = next(chat for chat in chats if chat["address"] == group)
        assert (mine["head"], mine["read"], mine["unread"]) == (1, 1, 0)


async def test_new_chats_and_memberships_arrive_while_connected(server, encoding):
    ada, bob = server.person(), server.person()
    async with Follower(server.websocket_url, bob.token, encoding) as follower:
        await follower.until_connected()
        await called(ada.say, bob, "first")
        direct = ada.direct(bob)
        assert (await follower.until_received(direct, 1))[0][:2] == (1, {"text": "first"})
        assert follower.subscribed[direct].stream_position.offset == 0
        group = await called(ada.group, bob)
        await follower.until(lambda: group in follower.subscribed, "the new group")
        await called(ada.api.delete, f"/groups/{group.split(':')[1]}/members/{bob.id}")
        await follower.until(lambda: group in follower.unsubscribed, "the lost group")


async def test_a_cut_leaves_neither_hole_nor_repeat(server, encoding):
    ada, bob = server.person(), server.person()
    group, channel = ada.group(bob), ada.channel()
    async with Cable(server) as cable, Follower(cable.url, bob.token, encoding) as follower:
        await follower.until_connected()
        await follower.follow(channel, recoverable=True)
        number = 0
        for cut in range(4):
            for _ in range(5):
                number += 1
                await called(ada.say, group, f"line {number}")
                await called(ada.say, channel, f"line {number}")
            if cut % 2:
                await follower.until_received(group, number)
            cable.cut(repaired=False)
            for _ in range(5):
                number += 1
                await called(ada.say, group, f"line {number}")
                await called(ada.say, channel, f"line {number}")
            cable.repair()
            await follower.until_connected(cut + 2)
        for address in (group, channel):
            await follower.until_received(address, number)
            assert follower.offsets(address) == list(range(1, number + 1))
            assert follower.texts(address) == [f"line {each}" for each in range(1, number + 1)]
        assert all(recovered for _, recovered in follower.recoveries)
        assert {group, channel} <= {address for address, _ in follower.recoveries}


async def test_a_command_that_was_cut_is_sent_again_without_a_repeat(server, encoding):
    ada = server.person()
    group = ada.group()
    async with Cable(server) as cable, Follower(cable.url, ada.token, encoding, timeout=3) as follower:
        await follower.until_connected()
        for number in range(1, 21):
            command = {"to": group, "body": {"text": str(number)}, "key": f"key {number}"}
            sending = asyncio.ensure_future(follower.rpc("publish", command))
            await asyncio.sleep(0)
            if number % 3 == 0:
                cable.cut()
            while True:
                try:
                    answer = await sending
                    break
                except CentrifugeError:
                    sending = asyncio.ensure_future(follower.rpc("publish", command))
            assert answer["offset"] == number
        await follower.until_received(group, 20)
        assert follower.texts(group) == [str(number) for number in range(1, 21)]


async def test_a_wrong_token_ends_the_connection_for_good(server, encoding):
    async with Follower(server.websocket_url, "not-a-token", encoding) as follower:
        await follower.until(lambda: follower.disconnected, "disconnected")
        # The error in the reply to connect ends the SDK before the close frame with 3500 does.
        assert follower.disconnected[0][0] in (101, 3500)
        assert follower.connections == 0


async def test_an_expired_token_is_renewed_through_the_sdk(server, encoding):
    person = server.person()
    asked = []

    async def get_token():
        asked.append(1)
        return person.token

    expired = jwt(person.address, int(time.time()) - 60)
    async with Follower(server.websocket_url, expired, encoding, get_token=get_token) as follower:
        await follower.until_connected()
        assert asked


async def test_the_sdk_renews_a_token_before_the_connection_ends(server, encoding):
    person = server.person()
    asked = []

    async def get_token():
        asked.append(1)
        follower.wake()
        return person.token

    short = jwt(person.address, int(time.time()) + 3)
    async with Follower(server.websocket_url, short, encoding, get_token=get_token) as follower:
        await follower.until_connected()
        await follower.until(lambda: asked or follower.connections > 1, "asked for another token")
        assert (await follower.rpc("chats", {}))["chats"] == []
        assert (follower.connections, follower.disconnected) == (1, [])


async def test_an_expired_token_without_renewal_ends_unauthorized(server, encoding):
    expired = jwt(server.person().address, int(time.time()) - 60)
    async with Follower(server.websocket_url, expired, encoding) as follower:
        await follower.until(lambda: follower.disconnected, "disconnected")
        assert follower.connections == 0


async def test_a_jwt_of_a_trusted_issuer_connects_its_subject(server, encoding):
    person = server.person()
    async with Follower(server.websocket_url, jwt(person.address, int(time.time()) + 600), encoding) as follower:
        await follower.until(lambda: person.address in follower.subscribed, "one's own mailbox")


async def test_a_jwt_with_another_key_is_refused(server, encoding):
    forged = jwt(server.person().address, int(time.time()) + 600, key="another key of some length 0123456789")
    async with Follower(server.websocket_url, forged, encoding) as follower:
        await follower.until(lambda: follower.disconnected, "disconnected")
        # The error in the reply to connect ends the SDK before the close frame with 3500 does.
        assert follower.disconnected[0][0] in (101, 3500)


async def test_several_devices_of_one_person_all_hear(server, encoding):
    ada, bob = server.person(), server.person()
    async with Follower(server.websocket_url, ada.token, encoding) as one, \
            Follower(server.websocket_url, ada.token, encoding) as other:
        await one.until_connected()
        await other.until_connected()
        await one.rpc("publish", {"to": bob.address, "body": {"text": "x"}})
        await one.until_received(ada.direct(bob), 1)
        await other.until_received(ada.direct(bob), 1)


async def test_a_burst_arrives_whole_and_in_order(server, encoding):
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    async with Follower(server.websocket_url, ada.token, encoding) as first, \
            Follower(server.websocket_url, bob.token, encoding) as second:
        await first.until_connected()
        await second.until_connected()
        await asyncio.gather(*(first.publish(group, {"text": f"{number} " + "x" * 500}) for number in range(150)))
        for follower in (first, second):
            await follower.until_received(group, 150)
            assert follower.offsets(group) == list(range(1, 151))
            assert [int(text.split()[0]) for text in follower.texts(group)] == list(range(150))
