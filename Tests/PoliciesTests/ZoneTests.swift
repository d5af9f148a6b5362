import Policies
import Primitives
import Testing

@Suite("Zones")
struct ZoneTests {
    @Test(
        "Names of zones are those of the tz database, and nothing else",
        arguments: ["", "EST", "GMT+3", "+03:00", "Foo/Bar", "europe/berlin", "../etc/passwd", "Europe/", "/"]
    )
    func unknown(name: String) {
        #expect(Zone(named: name) == nil)
        var table = ZoneTable()
        let isLoaded = table.load(name)
        #expect(!isLoaded)
        #expect(table[name] == nil)
        #expect(table.count == 0)
    }

    struct Local: Sendable {
        let zone: String
        let date: String
        let minute: Int
        let instant: String
        let why: String
    }

    @Test(
        "A local time has one instant",
        arguments: [
            Local(zone: "UTC", date: "2026-03-01", minute: 0, instant: "2026-03-01T00:00:00Z", why: "no offset"),
            Local(
                zone: "Asia/Kathmandu",
                date: "2026-03-01",
                minute: 60,
                instant: "2026-02-28T19:15:00Z",
                why: "5:45 h"
            ),
            Local(
                zone: "America/Santiago",
                date: "2026-09-06",
                minute: 0,
                instant: "2026-09-06T04:00:00Z",
                why: "midnight is skipped"
            ),
            Local(
                zone: "America/Santiago",
                date: "2026-04-04",
                minute: 1410,
                instant: "2026-04-05T02:30:00Z",
                why: "23:30 comes twice"
            ),
            Local(
                zone: "Europe/Moscow",
                date: "2014-10-26",
                minute: 90,
                instant: "2014-10-25T21:30:00Z",
                why: "a new offset for good"
            ),
            Local(
                zone: "Pacific/Apia",
                date: "2011-12-30",
                minute: 720,
                instant: "2011-12-30T10:00:00Z",
                why: "a day that was skipped"
            ),
            Local(
                zone: "America/New_York",
                date: "2099-07-01",
                minute: 0,
                instant: "2099-07-01T04:00:00Z",
                why: "far ahead"
            ),
        ]
    )
    func instants(_ local: Local) throws {
        let zone = try #require(Zone(named: local.zone))
        let date = try #require(LocalDate(local.date))
        #expect(zone.instant(of: date, minute: local.minute) == (try instant(local.instant)), "\(local.why)")
    }

    @Test(
        "Dates are those of the Gregorian calendar",
        arguments: [
            "2026-02-29", "2026-13-01", "2026-00-10", "26-01-01",
            "2026-04-31", "2026-1-01", "2026/01/01", "+026-01-01", "2026-01-00", "1900-02-29",
        ]
    )
    func noDate(text: String) {
        #expect(LocalDate(text) == nil)
    }

    @Test("A day begins at its midnight, whichever way the clocks went; weeks begin on Monday")
    func days() throws {
        for zone in ["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "America/Havana"] {
            let zone = try #require(testZones[zone])
            var date = try #require(LocalDate("2025-12-29"))
            for number in 0..<800 {
                let start = zone.instant(of: date)
                #expect(zone.date(of: start) == date)
                #expect(zone.date(of: Timestamp(rawValue: start.rawValue - 1)) < date)
                #expect(date.startOfWeek + Int32(number % 7) == date)
                date = date + 1
            }
        }
        #expect(LocalDate("1970-01-01") == LocalDate(dayNumber: 0))
        #expect(LocalDate("2024-02-29") == LocalDate(dayNumber: 19_782))
    }
}
