"""The official SDK, with a ledger of everything it was told, and a cable that can be cut."""

import asyncio
import collections
import json

import centrifuge

ENCODINGS = ["json", "protobuf"]


class Follower(centrifuge.ClientEventHandler, centrifuge.SubscriptionEventHandler):
    """One SDK client; its ledger holds the numbered publications of each channel, in the order of their coming."""

    def __init__(self, url, token, encoding="json", **options):
        self.encoding = encoding
        self.ledger = collections.defaultdict(list)
        self.events = collections.defaultdict(list)
        self.subscribed = {}
        self.recoveries = []
        self.unsubscribed = []
        self.joins, self.leaves = [], []
        self.errors, self.connecting, self.disconnected = [], [], []
        self.connections = 0
        self._changed = asyncio.Event()
        self.client = centrifuge.Client(
            url, events=self, token=token, use_protobuf=encoding == "protobuf", proxy=None,
            **{"min_reconnect_delay": 0.05, "max_reconnect_delay": 0.5, "timeout": 10, **options},
        )

    async def __aenter__(self):
        await self.client.connect()
        return self

    async def __aexit__(self, *_):
        await self.client.disconnect()

    async def until(self, condition, what, timeout=15):
        """Waits, woken by each event, until a condition over this ledger holds."""
        try:
            async with asyncio.timeout(timeout):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"not within {timeout} s: {what}; {self.summary()}") from None

    def wake(self):
        """Has conditions looked at again: something beside the ledger has changed."""
        self._changed.set()

    def summary(self):
        offsets = {channel: [entry[0] for entry in entries][-20:] for channel, entries in self.ledger.items()}
        return f"received {offsets}, errors {self.errors[-3:]}, disconnected {self.disconnected}"

    async def until_received(self, channel, count, timeout=15):
        await self.until(lambda: len(self.ledger[channel]) >= count, f"{count} publications in {channel}", timeout)
        return self.ledger[channel]

    async def until_connected(self, times=1, timeout=15):
        await self.until(lambda: self.connections >= times, f"connected {times} times", timeout)

    def encoded(self, value):
        return json.dumps(value).encode() if self.encoding == "protobuf" else value

    def decoded(self, value):
        return json.loads(value) if isinstance(value, (bytes, str)) and self.encoding == "protobuf" else value

    async def rpc(self, method, data):
        result = await self.client.rpc(method, self.encoded(data))
        return self.decoded(result.data) if result.data else {}

    async def publish(self, channel, data):
        return await self.client.publish(channel, self.encoded(data))

    def offsets(self, channel):
        return [entry[0] for entry in self.ledger[channel]]

    def texts(self, channel):
        return [entry[1]["text"] for entry in self.ledger[channel]]

    async def follow(self, channel, **options):
        """A client-side subscription, filed in the same ledger."""
        subscription = self.client.new_subscription(channel, events=_Facet(self, channel), **options)
        await subscription.subscribe()
        await subscription.ready()
        return subscription

    def file(self, channel, publication):
        data = self.decoded(publication.data)
        user = publication.info.user if publication.info else None
        if publication.offset:
            self.ledger[channel].append((publication.offset, data, user, dict(publication.tags)))
        else:
            self.events[channel].append((dict(publication.tags), data, user))
        self._changed.set()

    # What the SDK calls.

    async def on_connected(self, ctx):
        self.connections += 1
        self._changed.set()

    async def on_connecting(self, ctx):
        self.connecting.append((ctx.code, ctx.reason))
        self._changed.set()

    async def on_disconnected(self, ctx):
        self.disconnected.append((ctx.code, ctx.reason))
        self._changed.set()

    async def on_error(self, ctx):
        self.errors.append((ctx.code, repr(ctx.error)))
        self._changed.set()

    async def on_subscribed(self, ctx):
        self.subscribed[ctx.channel] = ctx
        if ctx.was_recovering:
            self.recoveries.append((ctx.channel, ctx.recovered))
        self._changed.set()

    async def on_subscribing(self, ctx):
        pass

    async def on_unsubscribed(self, ctx):
        self.unsubscribed.append(ctx.channel)
        self.subscribed.pop(ctx.channel, None)
        self._changed.set()

    async def on_publication(self, ctx):
        self.file(ctx.channel, ctx.pub)

    async def on_join(self, ctx):
        self.joins.append((ctx.channel, ctx.info.user))
        self._changed.set()

    async def on_leave(self, ctx):
        self.leaves.append((ctx.channel, ctx.info.user))
        self._changed.set()


class _Facet(centrifuge.SubscriptionEventHandler):
    def __init__(self, follower, channel):
        self.follower, self.channel = follower, channel

    async def on_subscribed(self, ctx):
        await self.follower.on_subscribed(ctx)

    async def on_publication(self, ctx):
        self.follower.file(self.channel, ctx.pub)

    async def on_error(self, ctx):
        await self.follower.on_error(ctx)


class Cable:
    """A TCP relay to a server; `cut` breaks every connection in the middle of whatever it carries."""

    def __init__(self, server):
        self.server = server
        self.writers = set()
        self.open = True

    async def __aenter__(self):
        self.listener = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        port = self.listener.sockets[0].getsockname()[1]
        self.url = f"ws://127.0.0.1:{port}/connection/websocket"
        return self

    async def __aexit__(self, *_):
        self.listener.close()
        self.cut()

    def cut(self, repaired=True):
        """Breaks what is connected; not `repaired`, new connections break at once until `repair`."""
        self.open = repaired
        for writer in list(self.writers):
            writer.transport.abort()

    def repair(self):
        self.open = True

    async def _relay(self, reader, writer):
        if not self.open:
            writer.transport.abort()
            return
        there_reader, there_writer = await asyncio.open_connection(self.server.host, self.server.port)
        pair = {writer, there_writer}
        self.writers |= pair
        try:
            await asyncio.gather(self._pump(reader, there_writer), self._pump(there_reader, writer))
        except OSError:
            pass
        except asyncio.CancelledError:
            # The loop is ending; asyncio's streams log a cancelled relay as a failure.
            pass
        finally:
            self.writers -= pair
            for each in pair:
                each.transport.abort()

    @staticmethod
    async def _pump(reader, writer):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
