import Testing

@testable import TwineDNS

@Suite("DNS over TCP")
struct DNSFramerTests {
    private let messages: [[UInt8]] = [
        [1], [], Array(0...255) + Array(0...255), [9, 9, 9],
    ]

    private func stream() throws -> [UInt8] {
        try messages.flatMap { try DNSFramer.frame($0) }
    }

    @Test("the messages are the same for every cut of the stream into two")
    func everyCut() throws {
        let stream = try stream()
        for cut in 0...stream.count {
            var framer = DNSFramer()
            var out: [[UInt8]] = []
            for piece in [stream[..<cut], stream[cut...]] {
                let bytes = Array(piece)
                framer.receive(bytes.span)
                while let message = framer.nextMessage() { out.append(message) }
            }
            #expect(out == messages)
            #expect(throws: Never.self) { try framer.receiveEnd() }
        }
    }

    @Test("octet by octet, taken late or at once")
    func octetByOctet() throws {
        var eager = DNSFramer()
        var late = DNSFramer()
        var out: [[UInt8]] = []
        for octet in try stream() {
            let one = [octet]
            eager.receive(one.span)
            late.receive(one.span)
            while let message = eager.nextMessage() { out.append(message) }
        }
        #expect(out == messages)
        var all: [[UInt8]] = []
        while let message = late.nextMessage() { all.append(message) }
        #expect(all == messages)
    }

    @Test("in random pieces")
    func randomPieces() throws {
        var random = SeededRandom(seed: 1)
        for _ in 0..<200 {
            var rest = try stream()[...]
            var framer = DNSFramer()
            var out: [[UInt8]] = []
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...100, using: &random))
                rest = rest.dropFirst(piece.count)
                let bytes = Array(piece)
                framer.receive(bytes.span)
                if Bool.random(using: &random), let message = framer.nextMessage() {
                    out.append(message)
                }
            }
            while let message = framer.nextMessage() { out.append(message) }
            #expect(out == messages)
        }
    }

    @Test("an end inside of a message tells how much is missing")
    func end() throws {
        var framer = DNSFramer()
        framer.receive([0].span)
        #expect(throws: DNSError.streamEnded(missing: 1)) { try framer.receiveEnd() }
        framer.receive([5, 1, 2].span)
        #expect(throws: DNSError.streamEnded(missing: 3)) { try framer.receiveEnd() }
        #expect(framer.nextMessage() == nil)
    }

    @Test("the longest message has 65535 octets")
    func longest() throws {
        let longest = [UInt8](repeating: 1, count: 65_535)
        var framer = DNSFramer()
        let framed = try DNSFramer.frame(longest)
        framer.receive(framed.span)
        #expect(framer.nextMessage() == longest)
        #expect(throws: DNSError.messageTooLong(length: 65_536)) {
            try DNSFramer.frame(longest + [1])
        }
    }
}
