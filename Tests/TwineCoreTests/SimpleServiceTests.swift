import Foundation
import Testing
import TwineTesting

@testable import TwineCore

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct SimpleServiceTests {
    @Test("echo: everything comes back, what came before the peer's end too, then it closes")
    func echo() async throws {
        let peer = Pair.unix(Echo())
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var sent = 0
        var back: [UInt8] = []
        while sent < bytes.count {
            sent += max(0, peer.send(Array(bytes[sent...].prefix(10_000))))
            back += peer.readAll()
            try await turns(1)
        }
        peer.endWriting()
        let (rest, last) = try await peer.readToEnd()
        #expect(back + rest == bytes && last == .end)
    }

    @Test("echo: a peer that does not read is not read, so that memory is bounded")
    func slowReader() async throws {
        let user = Echo()
        let peer = Pair.unix(user)
        var sent = 0
        var rounds = 0
        let piece = [UInt8](repeating: 7, count: 65_536)
        while rounds < 50 {
            let count = peer.send(piece)
            if count > 0 { sent += count } else { rounds += 1 }
            try await turns(1)
        }
        #expect(sent < 4 << 20, "\(sent) octets were taken from a peer that reads none")
        peer.endWriting()
        let (back, last) = try await peer.readToEnd()
        #expect(back.count == sent && last == .end, "\(back.count) of \(sent)")
    }

    @Test("discard: nothing comes back")
    func discard() async throws {
        let peer = Pair.unix(SimpleService.discard.makeProtocol())
        peer.send("hello")
        peer.endWriting()
        let (back, last) = try await peer.readToEnd()
        #expect(back.isEmpty && last == .end)
    }

    @Test("chargen: RFC 864's lines, each one character further, as long as one reads")
    func chargen() async throws {
        let peer = Pair.unix(SimpleService.chargen.makeProtocol())
        let bytes = try await peer.read(exactly: 95 * 74 + 74)
        let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines[0] == String(decoding: (32..<104).map { UInt8($0) }, as: UTF8.self))
        #expect(lines[1].hasPrefix("!\"#") && lines[1].utf8.count == 72)
        #expect(lines[95] == lines[0], "the cycle begins anew")
        peer.close()
    }

    @Test("daytime, time and qotd: one answer, then the end", arguments: SimpleService.allCases)
    func answers(_ service: SimpleService) async throws {
        guard [.daytime, .time, .qotd].contains(service) else { return }
        let peer = Pair.unix(service.makeProtocol())
        let (answer, last) = try await peer.readToEnd()
        #expect(last == .end && answer.count <= 512)
        #expect(service == .time ? answer.count == 4 : answer.suffix(2) == [13, 10])
    }

    @Test("time: RFC 868's own example, and the wrap of 2036")
    func time() {
        // 2,208,988,800 is 00:00 1 Jan 1970 UTC.
        #expect(SimpleService.time(0) == [0x83, 0xaa, 0x7e, 0x80])
        #expect(SimpleService.time(-2_208_988_800) == [0, 0, 0, 0])
        #expect(SimpleService.time(2_085_978_496) == [0, 0, 0, 0])
    }

    @Test("daytime: the form of RFC 867's example")
    func daytime() throws {
        let text = SimpleService.daytime(1_795_479_476)
        let form =
            #/(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, [A-Z][a-z]+ \d\d, 2026 \d\d:\d\d:56-\S+\r\n/#
        #expect(try form.wholeMatch(in: text) != nil, "\(text.debugDescription)")
    }

    @Test("datagrams: each is answered by one, discard's by none")
    func datagrams() throws {
        for service in SimpleService.allCases {
            let answer = service.answer(to: Array("hi".utf8).span)
            switch service {
            case .echo: #expect(answer == Array("hi".utf8))
            case .discard: #expect(answer == nil)
            case .time: #expect(answer?.count == 4)
            default: #expect((answer?.count ?? 1000) <= 512)
            }
        }
    }

    @Test(
        "datagrams: from a service's port or its own none is answered, so that none go in circles")
    func loops() throws {
        final class Client: DatagramProtocol {
            var count = 0
            func datagramReceived(_ bytes: Span<UInt8>, from address: SocketAddress) { count += 1 }
        }
        let service = SimpleDatagramService(.echo)
        let port = try UDPPort.listen(.ip(.loopback4, port: 0), service)
        service.datagramReceived([1].span, from: port.address)
        service.datagramReceived([1].span, from: .ip(.loopback4, port: 7))
        #expect(service.count == 2 && service.dropped == 2)
        service.datagramReceived([1].span, from: .ip(.loopback4, port: 50_000))
        #expect(service.count == 3 && service.dropped == 2)
        port.stopListening()
    }
}
