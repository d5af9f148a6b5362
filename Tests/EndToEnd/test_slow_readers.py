"""Whoever reads slowly is fed from the log; whoever falls too far behind is closed, and comes back without a hole."""

import pytest

from rawsocket import RawSocket

# More than the kernel takes in for a socket on both of its ends.
COUNT, TEXT = 600, "x" * 30_000
QUICK = {"SWITCHBOARD_PUBLISH_RATE": 0}
COLD = {"SWITCHBOARD_HOT_COUNT_MAX": 50, "SWITCHBOARD_OFFLOAD_INTERVAL": "50ms"}


def metric(server, name):
    for line in server.operator.call("GET", "/metrics").text.splitlines():
        if line.startswith(f"{name} "):
            return int(float(line.split()[1]))
    raise AssertionError(f"no {name}")


def fall_behind(server):
    """A group of two: one has read nothing of all that the other wrote."""
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    sleeping = RawSocket(server, bob.token, room=4096, timeout=60)
    other = RawSocket(server, bob.token)
    with RawSocket(server, ada.token) as writer:
        for number in range(COUNT):
            assert writer.ask(publish={"channel": group, "data": {"text": TEXT}})["publish"]["offset"] == number + 1
            assert other.publication(group)["offset"] == number + 1
    other.drop()
    assert metric(server, "switchboard_lags_total") >= 1
    return ada, bob, group, sleeping


@pytest.mark.parametrize("settings", [{}, COLD], ids=["from memory", "from the cold store"])
def test_who_reads_on_gets_all_of_it_in_order_and_then_what_is_new(own_server, settings):
    server = own_server(**QUICK, **settings).start()
    ada, _, group, sleeping = fall_behind(server)
    if settings:
        assert metric(server, "switchboard_offloaded_messages_total") > COUNT / 2
    for number in range(COUNT):
        assert sleeping.publication(group)["offset"] == number + 1
    ada.say(group, "new")
    last = sleeping.publication(group)
    assert (last["offset"], last["data"]["text"]) == (COUNT + 1, "new")
    sleeping.drop()


def test_what_a_sleeping_reader_misses_takes_no_memory_of_its_own(own_server):
    server = own_server(**QUICK, **COLD).start()
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    sleeping = [RawSocket(server, bob.token, room=4096) for _ in range(100)]
    with RawSocket(server, ada.token) as writer:
        for number in range(COUNT):
            writer.ask(publish={"channel": group, "data": {"text": TEXT}})
        before = server.resident_bytes()
        for number in range(COUNT):
            writer.ask(publish={"channel": group, "data": {"text": TEXT}})
    # Twelve more megabytes for each of a hundred readers would be 1.8 GB.
    assert server.resident_bytes() - before < 100 << 20
    for each in sleeping:
        each.drop()


def test_who_is_too_far_behind_is_closed_with_3008_and_recovers_the_rest(own_server):
    server = own_server(**QUICK, SWITCHBOARD_LAG_COUNT_MAX=100, SWITCHBOARD_RECOVERY_BYTES_MAX=64 << 20).start()
    _, bob, group, sleeping = fall_behind(server)
    epoch = sleeping.connected["subs"][group]["epoch"]
    assert sleeping.close_code() == 3008
    seen = [push["pub"]["offset"] for push in sleeping.pushes(group) if push.get("pub", {}).get("offset")]
    assert seen == list(range(1, len(seen) + 1)) and len(seen) < COUNT
    position = {"recover": True, "epoch": epoch, "offset": len(seen)}
    with RawSocket(server, bob.token, subs={group: position}) as again:
        sub = again.connected["subs"][group]
        assert sub["recovered"] is True
        assert [publication["offset"] for publication in sub["publications"]] == list(range(len(seen) + 1, COUNT + 1))
    sleeping.drop()
