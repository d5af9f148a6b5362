"""The policy once more, written for plainness and not for speed: the whole list of sends, searched from end to end.

Reads a JSON array of cases from standard input and writes an array of their decisions. It shares nothing with the
Swift sources: local times are found by walking over instants, windows by trying every one.
"""

import datetime
import functools
import json
import resource
import sys
import zoneinfo

# Whoever asked may be gone: nothing computes for ever.
resource.setrlimit(resource.RLIMIT_CPU, (300, 300))

UTC = datetime.timezone.utc
MINUTE = 60_000
GRID = 5 * MINUTE  # All boundaries of the cases lie on it.
DAY = 86_400_000
CLASSES = ["critical", "transactional", "service", "marketing"]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
KNOWN_ZONES = zoneinfo.available_timezones()


def stable_hash(*parts):
    state = 0xCBF29CE484222325
    for part in parts:
        for byte in part.encode() + b"\0":
            state = (state ^ byte) * 0x100000001B3 % 2**64
    mixed = (state + 0x9E3779B97F4A7C15) % 2**64
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB % 2**64
    return mixed ^ mixed >> 31


@functools.cache
def zone_named(name):
    return zoneinfo.ZoneInfo(name)


def local(zone, instant):
    moment = datetime.datetime.fromtimestamp(instant // 1000, UTC).astimezone(zone_named(zone))
    return moment.replace(tzinfo=None)


@functools.cache
def clocks_around(zone, date):
    """What the clocks show at each instant of the grid, from before a day begins until after it ends."""
    midnight = int(datetime.datetime.combine(date, datetime.time(), UTC).timestamp()) * 1000
    instants = range(midnight - 15 * 3_600_000, midnight + 40 * 3_600_000, GRID)
    return [(instant, local(zone, instant)) for instant in instants]


@functools.cache
def first_instant(zone, date, minute):
    """The first instant at which the clocks show this time or a later one."""
    wanted = datetime.datetime.combine(date, datetime.time()) + datetime.timedelta(minutes=minute)
    return next(instant for instant, shown in clocks_around(zone, date) if shown >= wanted)


class Case:
    def __init__(self, case):
        self.rules = case["document"]
        self.recipient = case["recipient"]
        self.now = case["now"]
        self.default_zone = self.rules.get("defaultZone", "UTC")

    def zone(self, rule=None):
        own = (rule or {}).get("zone") or self.recipient["zone"]
        return own if own in KNOWN_ZONES else self.default_zone

    # Quiet hours

    def is_quiet(self, rule, instant):
        zone = self.zone(rule)
        start, end = ([int(part) for part in rule[name].split(":")] for name in ("from", "until"))
        start, end = start[0] * 60 + start[1], end[0] * 60 + end[1]
        today = local(zone, instant).date()
        for shift in range(-2, 3):
            date = today + datetime.timedelta(days=shift)
            begins = WEEKDAYS[date.weekday()] in rule.get("days", WEEKDAYS)
            if date.isoformat() in rule.get("dates", []):
                begins = not begins
            last = date if end > start else date + datetime.timedelta(days=1)
            if begins and first_instant(zone, date, start) <= instant < first_instant(zone, last, end):
                return True
        return False

    def quiet_rules(self, candidate):
        return [
            rule
            for rule in self.rules.get("quietHours", [])
            if candidate["class"] in rule.get("classes", CLASSES[1:])
        ]

    def window(self, candidate):
        expires, starts = candidate["expiresAt"], candidate["startsAt"]
        if expires is not None and self.now >= expires:
            return "suppress", "expired" if candidate["hold"] is None else "expired_in_hold", "lifetime", None
        causes, opening = [], self.now
        if starts is not None and starts > self.now:
            causes.append(("campaign_not_started", "lifetime"))
            opening = max(opening, starts)
        for snooze in self.recipient["snoozes"]:
            concerned = snooze["tag"] is None or snooze["tag"] in candidate["tags"]
            if candidate["class"] != "critical" and concerned and snooze["until"] > self.now:
                causes.append(("outside_window", "snooze"))
                opening = max(opening, snooze["until"])
        rules = self.quiet_rules(candidate)
        causes += [("quiet_hours", rule["id"]) for rule in rules if self.is_quiet(rule, self.now)]
        if not causes:
            return None
        bound = opening + 8 * DAY
        while opening < bound and any(self.is_quiet(rule, opening) for rule in rules):
            opening = min((opening // GRID + 1) * GRID, bound)
        return "hold", *causes[0], opening

    # Caps

    def counted(self, cap, sends, instant):
        """The sends that count at an instant."""
        flags = self.rules.get("classes", {})
        kind, _, name = cap["scope"].partition(":")
        window = cap["window"]
        if "rolling" in window:
            inside = lambda at: at > instant - window["rolling"]
        else:
            date = local(self.zone(), instant).date()
            if window["calendar"] == "week":
                date -= datetime.timedelta(days=date.weekday())
            start = first_instant(self.zone(), date, 0)
            inside = lambda at: at >= start
        return [
            send
            for send in sends
            if inside(send["at"])
            and flags.get(send["class"], {}).get("counts", True)
            and (
                kind == "all"
                or (kind == "tag" and name in send["tags"])
                or (kind in ("channel", "class", "campaign") and send[kind] == name)
            )
        ]

    def freed(self, cap, sends):
        """The first instant at which the cap has a slot."""
        if "rolling" in cap["window"]:
            instants = sorted(send["at"] + cap["window"]["rolling"] for send in sends)
        else:
            day = local(self.zone(), self.now).date()
            days = [day + datetime.timedelta(days=number) for number in range(1, 9)]
            if cap["window"]["calendar"] == "week":
                days = [day for day in days if day.weekday() == 0]
            return first_instant(self.zone(), days[0], 0)
        later = [instant for instant in instants if instant > self.now]
        return next((t for t in later if len(self.counted(cap, sends, t)) < cap["limit"]), None)

    def caps(self, candidate, sends):
        """What the caps ask for, and the channel that the message would go by."""
        bypasses = {"critical": True} | {
            name: flags["bypassesCaps"]
            for name, flags in self.rules.get("classes", {}).items()
            if "bypassesCaps" in flags
        }
        channel, visited, asked, downgraded = candidate["channel"], [], [], None
        if bypasses.get(candidate["class"], False):
            return None, channel, None
        while True:
            demands = []
            for cap in self.rules.get("caps", []):
                kind, _, name = cap["scope"].partition(":")
                mine = {
                    "all": True,
                    "channel": name == channel,
                    "tag": name in candidate["tags"],
                    "class": name == candidate["class"],
                    "campaign": name == candidate["campaign"],
                }[kind]
                if not mine or cap["id"] in asked:
                    continue
                asked.append(cap["id"])
                counted = self.counted(cap, sends, self.now)
                if len(counted) < cap["limit"]:
                    continue
                demands.append((cap, len(counted), *self.demand(cap, candidate, sends)))
            for strength in ("drop", "hold", "downgrade"):
                found = [demand for demand in demands if demand[2] == strength]
                if found:
                    break
            else:
                return None, channel, downgraded
            cap, count, strength, detail = max(found, key=lambda d: d[3]) if strength == "hold" else found[0]
            if strength == "drop":
                return ("suppress", "frequency_cap", cap["id"], None, count), channel, None
            if strength == "hold":
                return ("hold", "frequency_cap", cap["id"], detail, count), channel, None
            visited.append(channel)
            if detail in visited:
                return ("suppress", "frequency_cap", cap["id"], None, count), channel, None
            channel, downgraded = detail, (cap["id"], count)

    def demand(self, cap, candidate, sends):
        excess = cap.get("onExceed", "drop")
        if excess == "drop":
            return "drop", None
        if "downgrade" in excess:
            return "downgrade", excess["downgrade"]
        since = (candidate["hold"] or {}).get("cappedSince")
        bound = (self.now if since is None else since) + excess["hold"]["untilMax"]
        free = self.freed(cap, sends) if cap["limit"] > 0 else None
        return ("drop", None) if self.now >= bound or free is None else ("hold", min(free, bound))

    # The order

    def stop(self, candidate, sends):
        recipient, group = self.recipient, candidate["class"]
        if candidate["hold"] is None:
            for flaw, reason in [
                ("repeatedKey", "duplicate_request"),
                ("payload", "invalid_payload"),
                ("profanity", "profanity"),
                ("address", "invalid_address"),
            ]:
                if flaw in candidate["flaws"]:
                    return "suppress", reason, None, None
        if recipient["isBanned"]:
            return "suppress", "banned", None, None
        out = recipient["optOuts"]
        is_out = (
            out["all"]
            or group in out["classes"]
            or candidate["channel"] in out["channels"]
            or set(candidate["tags"]) & set(out["tags"])
        )
        if is_out and group != "critical":
            return "suppress", "opted_out", None, None
        key = candidate["preference"]
        if key is not None and group != "critical":
            if not recipient["preferences"].get(key, group != "marketing"):
                return "suppress", "no_consent", None, None
        holdout, rollout = self.rules.get("holdout"), candidate["rollout"]
        bucket = lambda salt: stable_hash(salt, recipient["subject"]) % 10_000
        if holdout and group in ("service", "marketing") and bucket(holdout["salt"]) < holdout["percent"] * 100:
            return "suppress", "holdout", "holdout", None
        if rollout and bucket(rollout["salt"]) >= rollout["buckets"]:
            return "suppress", "not_in_rollout", "rollout", None
        origin = candidate["fallbackOf"] or candidate["message"]
        if "contentDedup" in self.rules and any(
            send["at"] > self.now - self.rules["contentDedup"]["window"]
            and send["content"] == candidate["content"]
            and send["origin"] != origin
            for send in sends
        ):
            return "suppress", "duplicate_content", "contentDedup", None
        return self.window(candidate)

    def decide(self, candidate, sends):
        stop, channel, count = self.stop(candidate, sends), candidate["channel"], None
        if stop is None:
            stop, channel, downgraded = self.caps(candidate, sends)
            if stop:
                *stop, count = stop
            elif downgraded:
                stop, count = ("send", "frequency_cap", downgraded[0], None), downgraded[1]
            else:
                for flaw, reason in [
                    ("channelDisabled", "channel_disabled"),
                    ("noChannelAddress", "no_channel_address"),
                    ("deviceRevoked", "device_revoked"),
                ]:
                    if stop is None and flaw in candidate["flaws"]:
                        stop = ("suppress", reason, None, None)
        verdict, reason, rule, until = stop or ("send", None, None, None)
        release = None
        if verdict == "hold":
            jitter = stable_hash(candidate["message"], self.recipient["subject"])
            release = until + jitter % (self.rules.get("releaseJitter", 60_000) + 1)
            release = min(release, candidate["expiresAt"] or release)
        decision = {"message": candidate["message"], "verdict": verdict, "reason": reason, "rule": rule}
        return decision | {"until": until, "releaseAt": release, "count": count}, channel

    def compete(self, candidates, sends):
        order = lambda c: (CLASSES.index(c["class"]), -c["priority"], c["createdAt"], c["message"])
        decisions, taken = [], []
        for candidate in sorted(candidates, key=order):
            decision, channel = self.decide(candidate, sends + taken)
            if decision["reason"] == "frequency_cap" and decision["verdict"] != "send":
                if self.decide(candidate, sends)[0]["verdict"] == "send":
                    decision["reason"] = "lost_priority"
            if decision["verdict"] == "send":
                send = {name: candidate[name] for name in ("content", "class", "campaign", "tags")}
                origin = candidate["fallbackOf"] or candidate["message"]
                taken.append(send | {"at": self.now, "channel": channel, "origin": origin})
            decisions.append(decision)
        return decisions


def main():
    cases = json.load(sys.stdin)
    json.dump([Case(case).compete(case["candidates"], case["sends"]) for case in cases], sys.stdout)


if __name__ == "__main__":
    main()
