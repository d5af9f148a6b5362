"""The torture, small enough for every run."""

import pytest

from torture import Plan, Torture, texts


@pytest.mark.timeout(170)
async def test_no_acknowledged_line_is_lost_or_repeated_over_three_kills(own_server):
    plan = Plan(kills=3, clients=20, groups=4, channels=1, lines=400)
    result = await Torture(own_server().start(), plan, texts(plan.lines)).run()
    assert result["kills"] == 3
    # A kill may come before everyone is back from the one before it.
    assert result["reconnects"] >= plan.clients


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_no_acknowledged_line_is_lost_or_repeated_over_twenty_kills(own_server):
    plan = Plan(kills=20, clients=60, groups=10, channels=2, lines=3000)
    result = await Torture(own_server().start(), plan, texts(plan.lines)).run()
    assert result["kills"] == 20
