"""Kills the server at random moments, over and over, and counts after each restart: what was acknowledged is there, once.

    python kills.py --cycles 1000 --log kills.jsonl

Writers publish over HTTP, each line with a key of its own and again until it is acknowledged. A cycle ends with kill -9
after a random time; in some the process is stopped before (SIGSTOP), and goes on or is killed as it stands. After the
restart the new part of each mailbox is compared with what the writers were told. The log gets one JSON object a cycle;
a run with a log that is there goes on where it ended, with the data directory beside it.
"""

import argparse
import dataclasses
import json
import pathlib
import random
import signal
import sys
import tempfile
import threading
import time
import zlib

import httpx

from switchboard import Person, Server

# As small as may be, so that segments roll, snapshots are taken and old segments go within a few cycles.
SMALL = {
    "SWITCHBOARD_JOURNAL_SEGMENT_BYTES": 1 << 20, "SWITCHBOARD_SNAPSHOT_AFTER_BYTES": 1 << 20, "SWITCHBOARD_SHARDS": 8,
    "SWITCHBOARD_PUBLISH_RATE": 0, "SWITCHBOARD_LOG_LEVEL": "warning",
    # Most lines leave memory within a cycle or two.
    "SWITCHBOARD_HOT_COUNT_MAX": 40, "SWITCHBOARD_OFFLOAD_INTERVAL": "50ms",
}
# Every so many cycles everything is compared from the first line on.
WHOLE_EVERY = 100


class Lost(AssertionError):
    """A promise that was not kept."""


@dataclasses.dataclass
class Writer:
    """Sends one line after the other; the present one until it is acknowledged."""

    number: int
    person: Person
    mailboxes: list
    sent: int = 0
    # Of this cycle: (mailbox, seq) to text.
    told: dict = dataclasses.field(default_factory=dict)

    @property
    def mailbox(self):
        return self.mailboxes[(self.sent + self.number) % len(self.mailboxes)]

    @property
    def text(self):
        return f"{self.number}.{self.sent} " + "x" * (self.sent % 7 * 90)

    def write(self, running):
        """Until the server is gone, or takes no more."""
        while running.is_set():
            try:
                answer = self.person.api.call(
                    "POST", "/messages",
                    {"to": self.mailbox, "body": {"text": self.text}, "key": f"{self.number}.{self.sent}"},
                )
            except httpx.HTTPError:
                # Gone, or about to be: the line may be there or not, and is sent again.
                running.wait(0.01)
                continue
            if answer.status_code in (200, 201):
                self.told[self.mailbox, answer.json()["seq"]] = self.text
                self.sent += 1
            elif answer.status_code != 503:
                raise Lost(f"line {self.number}.{self.sent} was refused: {answer.status_code} {answer.text}")


class Kills:
    def __init__(self, server, cycles, *, log=None, seed=1, moments=(0.05, 0.5), writers=4, tell=lambda text: None):
        self.server, self.cycles, self.log, self.moments, self.tell = server, cycles, log, moments, tell
        self.writer_count, self.seed = writers, seed
        self.cycle = self.acknowledged = self.verified = 0
        # Of each mailbox: the seq up to which it was compared, a sum over what was there, each writer's last line.
        self.seen = {}

    def run(self):
        lines = self.log.read_text().splitlines() if self.log and self.log.exists() else []
        self.server.start()
        if lines:
            self.resume([json.loads(line) for line in lines])
        else:
            self.begin()
        dice = random.Random(f"{self.seed} {self.cycle}")
        while self.cycle < self.cycles:
            self.one(dice)
        self.compare_all()
        return {"cycles": self.cycle, "acknowledged": self.acknowledged, "verified": self.verified}

    def begin(self):
        people = [self.server.person("writer") for _ in range(self.writer_count)]
        mailboxes = [people[0].group(*people[1:], title=f"Group {number}") for number in range(2)]
        self.writers = [Writer(number, person, mailboxes) for number, person in enumerate(people)]
        self.seen = {mailbox: [0, 0, [-1] * len(people)] for mailbox in mailboxes}
        self.note(people=[[person.id, person.username] for person in people], mailboxes=mailboxes)

    def resume(self, lines):
        """Takes the last cycle's line, and compares all that is there with its sums."""
        first, last = lines[0], lines[-1]
        people = [Person(each, name, None, self.server) for each, name in first["people"]]
        for person in people:
            grant = {"subject": person.address, "ttl": 86400}
            person.token = self.server.operator.post("/v1/tokens", grant, expecting=201)["token"]
        self.writers = [Writer(number, person, first["mailboxes"]) for number, person in enumerate(people)]
        for writer, sent in zip(self.writers, last.get("sent", [0] * len(people))):
            writer.sent = sent
        self.seen = {mailbox: [0, 0, [-1] * len(people)] for mailbox in first["mailboxes"]}
        self.seen.update(last.get("seen", {}))
        self.cycle, self.acknowledged, self.verified = (last.get(name, 0) for name in ("cycle", "acknowledged", "verified"))
        self.compare_all()
        self.adopt()

    def adopt(self):
        """Takes over what a run that was ended in the middle of a cycle had sent, and not noted."""
        for mailbox, seen in self.seen.items():
            for seq, text in self.messages(mailbox, seen[0]):
                number, line = (int(part) for part in text.split(" ")[0].split("."))
                if seq != seen[0] + 1 or line <= seen[2][number]:
                    raise Lost(f"{mailbox}/{seq} has line {number}.{line} after {number}.{seen[2][number]}")
                seen[0], seen[1], seen[2][number] = seq, zlib.crc32(f"{seq} {text}".encode(), seen[1]), line
                self.writers[number].sent = max(self.writers[number].sent, line + 1)

    def one(self, dice):
        running = threading.Event()
        running.set()
        failures = []

        def write(writer):
            try:
                writer.write(running)
            except BaseException as failure:  # noqa: BLE001 told by the cycle that it ends
                failures.append(failure)

        threads = [threading.Thread(target=write, args=[writer]) for writer in self.writers]
        for thread in threads:
            thread.start()
        moment, is_stopped = dice.uniform(*self.moments), dice.random() < 0.3
        time.sleep(moment)
        if is_stopped:
            self.server.process.send_signal(signal.SIGSTOP)
            time.sleep(dice.uniform(0.01, 0.1))
            if dice.random() < 0.5:
                self.server.process.send_signal(signal.SIGCONT)
                time.sleep(dice.uniform(0, 0.05))
        running.clear()
        self.server.kill()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        started = time.monotonic()
        self.server.start()
        restart = time.monotonic() - started
        self.cycle += 1
        self.compare()
        if self.cycle % WHOLE_EVERY == 0:
            self.compare_all()
        self.note(
            cycle=self.cycle, acknowledged=self.acknowledged, verified=self.verified, moment=round(moment, 3),
            stopped=is_stopped, restart=round(restart, 3), sent=[writer.sent for writer in self.writers], seen=self.seen,
        )
        filled = 30 * self.cycle // self.cycles
        self.tell(f"[{'#' * filled}{' ' * (30 - filled)}] {self.cycle}/{self.cycles} kills, {self.verified} lines")

    def compare(self):
        """The new part of each mailbox: what was told is there, in its place; what nobody was told is there once."""
        for mailbox, seen in self.seen.items():
            told = {seq: text for each in self.writers for (where, seq), text in each.told.items() if where == mailbox}
            for seq, text in self.messages(mailbox, seen[0]):
                if seq != seen[0] + 1:
                    raise Lost(f"{mailbox}: {seq} follows {seen[0]}")
                if seq in told and told.pop(seq) != text:
                    raise Lost(f"{mailbox}/{seq} is not what was acknowledged: {text[:40]}")
                number, line = (int(part) for part in text.split(" ")[0].split("."))
                if line <= seen[2][number] or line > self.writers[number].sent:
                    raise Lost(f"{mailbox}/{seq} has line {number}.{line} after {number}.{seen[2][number]}")
                seen[0], seen[1], seen[2][number] = seq, zlib.crc32(f"{seq} {text}".encode(), seen[1]), line
                self.verified += 1
            # An answer may have been to a line of an earlier cycle, which was compared when it was in doubt.
            lost = {seq: text for seq, text in told.items() if seq > seen[0]}
            if lost:
                raise Lost(f"{mailbox}: acknowledged and gone: {sorted(lost.items())[:5]}, head {seen[0]}")
        self.acknowledged += sum(len(writer.told) for writer in self.writers)
        for writer in self.writers:
            writer.told.clear()

    def compare_all(self):
        """Everything from the first line on, by the sums of the cycles."""
        for mailbox, (head, total, _) in self.seen.items():
            found = 0
            for seq, text in self.messages(mailbox, 0):
                if seq <= head:
                    found = zlib.crc32(f"{seq} {text}".encode(), found)
            if found != total:
                raise Lost(f"{mailbox} is not what it was when it was compared")

    def messages(self, mailbox, after):
        after = str(after)
        while after is not None:
            page = self.writers[0].person.history(mailbox, after=after, limit=500)
            for message in page["messages"]:
                yield message["seq"], message["body"]["text"]
            after = page["next"]

    def note(self, **line):
        if self.log:
            with self.log.open("a") as log:
                log.write(json.dumps(line) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--log", type=pathlib.Path, help="one JSON object a cycle; the data is kept beside it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--moments", type=float, nargs=2, default=(0.2, 3.0), help="seconds until the kill, from to")
    chosen = parser.parse_args()
    live, started = sys.stderr.isatty(), time.monotonic()

    def tell(text):
        if live:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as temporary:
        data = chosen.log.with_suffix(".data") if chosen.log else pathlib.Path(temporary) / "data"
        server = Server(data, **SMALL)
        try:
            kills = Kills(server, chosen.cycles, log=chosen.log, seed=chosen.seed, moments=chosen.moments, tell=tell)
            result = kills.run()
        except Lost as lost:
            print(f"\nFAILED in cycle {kills.cycle + 1}, seed {chosen.seed}: {lost}", file=sys.stderr)
            return 1
        finally:
            server.close()
    print(f"\npassed in {time.monotonic() - started:.0f} s: {result}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
