internal import Drivers
internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
internal import Primitives
internal import Providers
internal import Wire

/// The devices to which a driver's pushes go (D10).
extension Services {
    static var pushRoutes: [Route] {
        [
            Route(.get, "/driver/v1/push/addresses", .subject) { (services, call) throws(Problem) in
                try await services.listDevices(call)
            },
            Route(.post, "/driver/v1/push/addresses", .subject) { (services, call) throws(Problem) in
                try await services.addDevice(call)
            },
            Route(.delete, "/driver/v1/push/addresses/{id}", .subject) { (services, call) throws(Problem) in
                let driver = try call.driver
                try await driving { () throws(DriverError) in
                    try await services.drivers.removeDevice(call.captures[0], of: driver)
                }
                return .noContent
            },
        ]
    }

    private func listDevices(_ call: Call) async throws(Problem) -> Response {
        let driver = try call.driver
        let devices = try await driving { () throws(DriverError) in try await self.drivers.devices(of: driver) }
        return .json { writer in
            writer.beginObject()
            writer.key("addresses")
            writer.beginArray()
            for device in devices {
                writer.beginObject()
                writer.member("id", device.id)
                writer.member("sender", device.sender)
                if let at = device.address.registeredAt { writer.member("at", at.rawValue) }
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
        }
    }

    private func addDevice(_ call: Call) async throws(Problem) -> Response {
        let driver = try call.driver
        let fields = try RequestFields(call.body, known: ["sender", "token", "subscription"])
        let sender = try fields.require("sender", fields.string("sender"))
        let target: PushAddress.Target
        switch (try fields.string("token"), try fields.object("subscription")) {
        case (let token?, nil): target = .token(token)
        case (nil, let text?): target = .subscription(try Self.subscription(text))
        default: throw Problem(.badRequest, "Either \"token\" or \"subscription\" must be given.")
        }
        let id = try await driving { () throws(DriverError) in
            try await self.drivers.addDevice(target, of: driver, by: sender)
        }
        return .json { writer in
            writer.beginObject()
            writer.member("id", id)
            writer.endObject()
        }
    }

    /// What `PushSubscription.toJSON()` gives in a browser.
    private static func subscription(_ text: ByteBuffer) throws(Problem) -> WebPushSubscription {
        let fields = try RequestFields(text, known: ["endpoint", "expirationTime", "keys"])
        let keys = try RequestFields(fields.require("keys", fields.object("keys")), known: ["p256dh", "auth"])
        return WebPushSubscription(
            endpoint: try fields.require("endpoint", fields.string("endpoint")),
            p256dh: try keys.require("p256dh", keys.string("p256dh")),
            auth: try keys.require("auth", keys.string("auth"))
        )
    }
}
