import Foundation
import Testing

@testable import TwineDNS

@Suite("DNS messages from hostile senders")
struct DNSFuzzTests {
    /// Feeds octets to everything that parses: each ends, and what is read can be written.
    private func feed(_ bytes: [UInt8]) throws {
        let lenient = DNSMessage.parseLeniently(bytes.span)
        for record in lenient.message.answer + lenient.message.additional {
            _ = record.data
            _ = record.name.description
        }
        _ = lenient.message.text(wire: bytes.span, error: lenient.error)
        _ = lenient.message.yaml(wire: bytes.span)
        #expect(lenient.message.json(wire: bytes.span).hasSuffix("}"))
        for option in lenient.message.extensions?.options ?? [] { _ = option.content }
        try feedSessions(bytes)
        guard let message = try? parsed(bytes) else {
            #expect(lenient.error != nil)
            return
        }
        #expect(lenient.error == nil)
        // Without compression in the rdata a message of pointers may not fit.
        guard let again = try? message.serialize() else { return }
        #expect(try parsed(again) == message)
    }

    /// What reads messages without parsing them agrees with the parser on which are well formed.
    private func feedSessions(_ bytes: [UInt8]) throws {
        let query = DNSMessage(query: .root, .axfr, id: 0)
        var transfer = try #require(ZoneTransfer(query))
        _ = try? transfer.receive(bytes.span)
        let key = TransactionKey(name: .root, algorithm: .hmacSHA256, secret: [1])
        var session = TransactionSession(key: key)
        _ = try session.sign([UInt8](repeating: 0, count: 12), at: 0)
        #expect(throws: TransactionError.self) { try session.verify(bytes.span, at: 0) }
        var style = DNSMessageStyle()
        style.hasComments = false
        style.hasQuestion = false
        var lines = DNSRecordLines(style)
        var text: [UInt8] = []
        let count = try? lines.write(bytes.span, to: &text)
        let message = try? parsed(bytes)
        #expect((count == nil) == (message == nil))
        guard let message, !message.additional.contains(where: { $0.type == .sig }) else { return }
        #expect(String(decoding: text, as: UTF8.self) == message.text(style))
    }

    @Test("random octets are read or refused")
    func random() throws {
        var random = SeededRandom(seed: 2)
        for _ in 0..<5000 {
            let count = Int.random(in: 0...200, using: &random)
            try feed((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
    }

    @Test("random records behind a good header are read or refused")
    func randomBody() throws {
        var random = SeededRandom(seed: 3)
        let likely: [UInt8] = [0, 1, 2, 5, 12, 16, 0xc0, 0xc0, 28, 41, 4, 63, 15, 6]
        for _ in 0..<5000 {
            let count = Int.random(in: 0...120, using: &random)
            let body = (0..<count).map { _ in
                Bool.random(using: &random)
                    ? likely.randomElement(using: &random) ?? 0
                    : UInt8.random(in: 0...255, using: &random)
            }
            try feed([0, 1, 0x80, 0, 0, 1, 0, 2, 0, 1, 0, 1] + body)
        }
    }

    @Test("a good message with octets changed, cut or repeated is read or refused")
    func mutated() throws {
        var random = SeededRandom(seed: 4)
        let good = DNSMessageTests.response
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
                case 2 where bytes.count > 2: bytes.remove(at: place)
                default: bytes.insert(bytes[place], at: place)
                }
            }
            try feed(bytes)
        }
    }

    @Test("a message full of the longest chains of pointers is refused in little time")
    func pointerBomb() throws {
        // 127 pointers, and then thousands of records that each follow them all.
        var bytes = octets("0001 8000 0000 ffff 0000 0000")
        bytes += octets("00 fffe 0001 00000000 0102 0161 00 00")
        let first = bytes.count - 4
        for index in 0..<127 {
            let target = index == 0 ? first : first + 4 + (index - 1) * 2
            bytes += [0xc0 | UInt8(target >> 8), UInt8(target & 0xff)]
        }
        let last = bytes.count - 4
        let record =
            [0xc0 | UInt8(last >> 8), UInt8(last & 0xff)] + octets("0005 0001 00000000 0002 ")
        while bytes.count < 65_000 {
            bytes += record + record.prefix(2)
        }
        let start = Date()
        try feed(bytes)
        #expect(Date().timeIntervalSince(start) < 2)
    }
}
