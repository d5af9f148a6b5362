import NIOCore
import Policies
import Primitives
import Testing

@testable import Engine

extension InboxRun {
    /// Compares everything that can be asked.
    mutating func compare() {
        for address in Self.drivers {
            for _ in 0..<4 { self.comparePages(of: address) }
            self.compareDecisions(on: address)
        }
        for number in 0..<ModelItem.count { self.compareCopies(of: ModelItem(number: number).id) }
        self.compareCounts()
    }

    /// Random groups of labels, each label in one group at most.
    private mutating func comparePages(of address: Address) {
        let news = self.driver.state.news(of: address), model = self.models[address, default: InboxModel()]
        var groups: [[InboxNews.Tally]] = (0..<self.number(1..<4)).map { _ in [] }
        for tally in news.tallies where !self.chance(4) { groups[self.number(0..<groups.count)].append(tally) }
        let query = InboxQuery(
            reader: address,
            groups: groups.map { $0.map(\.number) },
            after: Seq(rawValue: self.chance(2) ? 0 : UInt64(self.number(0..<40))),
            before: self.chance(2) ? news.head.next : Seq(rawValue: UInt64(self.number(0..<60))),
            countMax: self.number(0..<12)
        )
        guard let number = self.driver.state.mailboxNumber(address) else { return }
        let coldEnd = self.driver.state.mailboxes[Int(number)].coldEnd.rawValue
        let pages = self.driver.state.pages(query, at: self.now)
        #expect(pages.count == groups.count)
        for (page, group) in zip(pages, groups) {
            let expected = model.page(of: Set(group.map(\.labels)), query, coldEnd: coldEnd, at: self.now)
            #expect(page.messages.map(\.seq.rawValue) == expected.seqs, "\(query)")
            #expect(page.hasMore == expected.hasMore, "\(query)")
            for message in page.messages { self.compare(message, model, coldEnd: coldEnd) }
        }
    }

    private func compare(_ message: InboxMessage, _ model: InboxModel, coldEnd: UInt64) {
        let seq = message.seq.rawValue
        guard seq > 0, seq <= model.head else { return }
        let entry = model.messages[Int(seq) - 1]
        #expect(message.marks == entry.marks)
        #expect(message.message.map { String(buffer: $0.body) } == (seq > coldEnd ? entry.body : nil))
        let answer = model.answer(to: seq)
        #expect(message.answer?.seq.rawValue == answer)
        #expect((message.answer?.message == nil) == (answer.map { $0 <= coldEnd } ?? true))
    }

    private func compareDecisions(on address: Address) {
        let model = self.models[address, default: InboxModel()], decisions = self.driver.state.decisions(on: address)
        #expect(decisions.map(\.item) == model.decided)
        for decision in decisions { #expect(decision.seq?.rawValue == model.copies[decision.item]?.seq) }
    }

    /// Each has one copy, wherever a slice begins.
    private mutating func compareCopies(of item: String) {
        var copies: [HeldCopy] = [], start: Int? = 0
        let sliceCount = self.number(1..<4)
        while let from = start {
            let (some, next) = self.driver.state.copies(of: item, from: from, countMax: sliceCount)
            #expect(some.map(\.place) == Array(from..<from + some.count))
            copies += some
            start = next
        }
        let expected = self.models.filter { $0.value.copies[item] != nil }
        #expect(Set(copies.map(\.recipient)) == Set(expected.keys) && copies.count == expected.count)
        for copy in copies {
            guard let model = self.models[copy.recipient], let known = model.copies[item] else { continue }
            #expect(copy.state == known.state, "\(item) of \(copy.recipient)")
            #expect(copy.seq?.rawValue == known.seq)
            #expect(copy.marks == model.marks(of: known))
            #expect(copy.isReplied == (known.seq.flatMap { model.answer(to: $0) } != nil))
            #expect(copy.until == known.until)
            #expect(copy.decisions.count == model.decided.count { $0 == item })
        }
    }
}
