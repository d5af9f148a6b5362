"""Kills the server again and again while SDK clients talk, and then counts: every acknowledged line is there, once.

    python torture.py --kills 5 --clients 200 --groups 20 --channels 2 --texts ../shared/seeds

Each line of the texts is one message with a key of its own, sent until it is acknowledged. Between two kills a share
of the lines is let go, and the next kill comes when a part of them, by dice, is acknowledged: in the middle of the
work, whatever the machine's speed. Afterwards, for every member of every mailbox, what came live and by recovery is
compared with what HTTP history says and with the senders' ledgers.
"""

import argparse
import asyncio
import concurrent.futures
import dataclasses
import os
import pathlib
import random
import sys
import tempfile
import time

from centrifuge import CentrifugeError, ReplyError

from sdk import ENCODINGS, Follower
from switchboard import ROOT, Server

# 100 internal and 111 too many requests say `temporary`; 108 is a server that is going down or not up yet.
RETRIED = {100, 108, 111}


@dataclasses.dataclass
class Plan:
    kills: int = 3
    clients: int = 20
    groups: int = 4
    channels: int = 1
    lines: int = 400
    seed: int = 1
    encodings: tuple = tuple(ENCODINGS)


@dataclasses.dataclass
class Line:
    number: int
    text: str
    sender: int
    mailbox: str
    seq: int | None = None
    attempts: int = 0

    @property
    def command(self):
        body = {"text": self.text, "n": self.number}
        return {"to": self.mailbox, "body": body, "key": f"line-{self.number}"}


class Failure(AssertionError):
    """A promise that was not kept, with the first examples of it."""


def texts(count, folder=None, seed=1):
    """So many lines: of the folder's files, of SWITCHBOARD_TEXTS, of ../shared/seeds, or made up."""
    named = folder or os.environ.get("SWITCHBOARD_TEXTS") or ROOT.parent / "shared" / "seeds"
    files = sorted(pathlib.Path(named).glob("*.txt")) if pathlib.Path(named).is_dir() else []
    lines = [line.strip() for file in files for line in file.read_text(errors="replace").splitlines()]
    lines = [line[:4000] for line in lines if line]
    if not lines:
        dice = random.Random(seed)
        words = "the quick бурый fox 🦊 jumps \"over\" a \\ lazy пёс and\ttabs".split(" ")
        lines = [" ".join(dice.choices(words, k=dice.randint(1, 40))) for _ in range(1000)]
    count = count or len(lines)
    return [lines[number % len(lines)] for number in range(count)]


class Torture:
    def __init__(self, server, plan, lines, tell=lambda text: None):
        self.server, self.plan, self.tell = server, plan, tell
        self.texts = lines
        self.acknowledged = 0
        self.killed = 0
        self.progressed = asyncio.Event()
        self.phases = [asyncio.Event() for _ in range(plan.kills + 1)]
        self.restarts = []

    async def run(self):
        await asyncio.to_thread(self.prepare)
        async with asyncio.TaskGroup() as connecting:
            for follower in self.followers:
                connecting.create_task(follower.client.connect())
        for follower in self.followers:
            await follower.until_connected(timeout=60)
        async with asyncio.TaskGroup() as work:
            work.create_task(self.killer())
            for number in range(len(self.people)):
                lines = [line for line in self.lines if line.sender == number]
                work.create_task(self.speak(self.followers[number], lines))
        await self.settle()
        try:
            self.check_live()
            await asyncio.to_thread(self.check_history)
        finally:
            for follower in self.followers:
                await follower.client.disconnect()
        return {
            "lines": len(self.lines), "attempts": sum(line.attempts for line in self.lines), "kills": self.killed,
            "deliveries": sum(len(entries) for each in self.followers for entries in each.ledger.values()),
            "reconnects": sum(each.connections - 1 for each in self.followers),
            "recoveries": sum(len(each.recoveries) for each in self.followers),
            "restart_seconds": [round(each, 2) for each in self.restarts],
        }

    def prepare(self):
        """People, groups of overlapping members, channels that everyone is subscribed to, and who says what where."""
        self.tell("registering")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.people = list(pool.map(lambda _: self.server.person("torture"), range(self.plan.clients)))
            self.members = {}
            for group in range(self.plan.groups):
                inside = [
                    number for number in range(self.plan.clients)
                    if group in (number % self.plan.groups, (number + 1) % self.plan.groups)
                ][:100]
                owner, *others = (self.people[number] for number in inside)
                self.members[owner.group(*others, title=f"Group {group}")] = inside
            for channel in range(self.plan.channels):
                address = self.people[channel % self.plan.clients].channel(f"Channel {channel}")
                others = [number for number in range(self.plan.clients) if number != channel % self.plan.clients]
                list(pool.map(lambda number: self.people[number].join(address), others))
                self.members[address] = [channel % self.plan.clients, *others]
        dice = random.Random(self.plan.seed)
        mailboxes = list(self.members)
        self.lines = []
        for number, text in enumerate(self.texts):
            mailbox = dice.choice(mailboxes)
            inside = self.members[mailbox]
            sender = inside[0] if mailbox.startswith("channel:") else dice.choice(inside)
            self.lines.append(Line(number, text, sender, mailbox))
        self.followers = [
            Follower(self.server.websocket_url, person.token, self.plan.encodings[number % len(self.plan.encodings)])
            for number, person in enumerate(self.people)
        ]

    async def speak(self, follower, lines):
        for line in lines:
            await self.phases[self.phase(line)].wait()
            while line.seq is None:
                line.attempts += 1
                try:
                    answer = await follower.rpc("publish", line.command)
                except ReplyError as error:
                    if error.code not in RETRIED:
                        raise Failure(f"line {line.number} to {line.mailbox} was refused: {error}") from error
                    # The server asked for patience; there is no event that tells when it ends.
                    await asyncio.sleep(0.05)
                    continue
                except CentrifugeError:
                    continue
                line.seq = answer["offset"]
                self.acknowledged += 1
                self.progressed.set()
                self.report()

    def phase(self, line):
        return line.number * len(self.phases) // len(self.lines)

    async def killer(self):
        dice = random.Random(self.plan.seed)
        for number, phase in enumerate(self.phases):
            size = sum(self.phase(line) == number for line in self.lines)
            done = self.acknowledged
            phase.set()
            if number == self.plan.kills:
                return
            # The other half of the kills meets clients that are not back from the one before.
            if dice.random() < 0.5:
                for follower in self.followers:
                    await follower.client.ready(timeout=60)
            mark = done + int(size * dice.uniform(0.05, 0.6))
            while self.acknowledged < mark:
                self.progressed.clear()
                await self.progressed.wait()
            await asyncio.to_thread(self.server.kill)
            started = time.monotonic()
            await asyncio.to_thread(self.server.start)
            self.restarts.append(time.monotonic() - started)
            self.killed += 1
            self.report()

    async def settle(self):
        """Everyone hears everything up to each mailbox's head."""
        self.tell("waiting for the last deliveries")
        self.heads = {}
        for mailbox, inside in self.members.items():
            page = await asyncio.to_thread(self.people[inside[0]].history, mailbox, limit=1)
            self.heads[mailbox] = page["head"]
        for mailbox, inside in self.members.items():
            for number in inside:
                follower = self.followers[number]

                def complete(follower=follower, mailbox=mailbox):
                    entries = follower.ledger[mailbox]
                    return self.heads[mailbox] == 0 or entries and entries[-1][0] >= self.heads[mailbox]

                await follower.until(complete, f"client {number} up to {mailbox}/{self.heads[mailbox]}", timeout=60)

    def check_live(self):
        """What each client was told, live and by recovery: dense, in order, once, and what was acknowledged."""
        self.tell("checking what clients received")
        acknowledged = {mailbox: {} for mailbox in self.members}
        for line in self.lines:
            if line.seq in acknowledged[line.mailbox]:
                raise Failure(f"{line.mailbox}/{line.seq} was the answer to two lines")
            acknowledged[line.mailbox][line.seq] = line
        for mailbox, inside in self.members.items():
            if len(acknowledged[mailbox]) != self.heads[mailbox]:
                raise Failure(
                    f"{mailbox} has {self.heads[mailbox]} messages for {len(acknowledged[mailbox])} lines: one is twice"
                )
            expected = [
                (seq, line.text, line.number, self.people[line.sender].address)
                for seq, line in sorted(acknowledged[mailbox].items())
            ]
            for number in inside:
                follower = self.followers[number]
                received = [(seq, data["text"], data["n"], user) for seq, data, user, _ in follower.ledger[mailbox]]
                self.compare(received, expected, f"client {number} ({follower.encoding}) in {mailbox}")
        unrecovered = [
            (number, channel) for number, follower in enumerate(self.followers)
            for channel, recovered in follower.recoveries if not recovered
        ]
        if unrecovered:
            raise Failure(f"{len(unrecovered)} recoveries were refused: {unrecovered[:5]}")
        self.expected = acknowledged

    def check_history(self):
        """What HTTP history tells each member."""
        self.tell("checking history")

        def check(pair):
            mailbox, number = pair
            messages, head, _ = self.people[number].whole_history(mailbox, limit=500)
            received = [(each["seq"], each["body"]["text"], each["body"]["n"], each["from"]) for each in messages]
            expected = [
                (seq, line.text, line.number, self.people[line.sender].address)
                for seq, line in sorted(self.expected[mailbox].items())
            ]
            self.compare(received, expected, f"history of {mailbox} for client {number}")
            if head != len(expected):
                raise Failure(f"head of {mailbox} is {head}, not {len(expected)}")

        pairs = [(mailbox, number) for mailbox, inside in self.members.items() for number in inside]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(check, pairs))

    @staticmethod
    def compare(received, expected, where):
        if received == expected:
            return
        seqs = [each[0] for each in received]
        missing = sorted({each[0] for each in expected} - set(seqs))
        repeated = sorted({seq for seq in seqs if seqs.count(seq) > 1}) if len(seqs) != len(set(seqs)) else []
        wrong = [pair for pair in zip(received, expected) if pair[0] != pair[1]][:2]
        raise Failure(f"{where}: missing {missing[:10]}, repeated {repeated[:10]}, first differences {wrong}")

    def report(self):
        done, total = self.acknowledged, len(self.lines)
        filled = 30 * done // max(1, total)
        self.tell(f"[{'#' * filled}{' ' * (30 - filled)}] {done}/{total} lines, {self.killed}/{self.plan.kills} kills")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--groups", type=int, default=20)
    parser.add_argument("--channels", type=int, default=2)
    parser.add_argument("--lines", type=int, default=0, help="how many; 0 takes each line of the texts once")
    parser.add_argument("--texts", help="a folder of .txt files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", help="keeps the server's directory here")
    chosen = parser.parse_args()
    plan = Plan(chosen.kills, chosen.clients, chosen.groups, chosen.channels, chosen.lines, chosen.seed)
    live = sys.stderr.isatty()
    said = [""]

    def tell(text):
        # Without a terminal, one line a stage and a kill is enough.
        if live:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
        elif not text.startswith("[") or text.split(",")[-1] != said[0]:
            said[0] = text.split(",")[-1]
            print(text, file=sys.stderr, flush=True)

    started, failures = time.monotonic(), []
    with tempfile.TemporaryDirectory() as temporary:
        server = Server(pathlib.Path(chosen.data or temporary) / "data")
        server.start()
        try:
            result = asyncio.run(Torture(server, plan, texts(chosen.lines, chosen.texts, chosen.seed), tell).run())
        except* AssertionError as caught:
            failures = caught.exceptions
        finally:
            server.close()
    for failure in failures:
        print(f"\nFAILED: {failure}", file=sys.stderr)
    if failures:
        return 1
    print(f"\npassed in {time.monotonic() - started:.1f} s: {result}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
