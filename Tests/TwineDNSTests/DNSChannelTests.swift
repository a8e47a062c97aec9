import Testing
import TwineCore
import TwineTesting

@testable import TwineDNS

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Reactor
private final class Waiter: DNSReplyReceiver {
    var messages: [[UInt8]] = []
    var errors: [DNSChannelError] = []
    var sent = 0
    /// What it makes of a message, by its third octet.
    var receipt: @Reactor ([UInt8]) -> DNSReceipt

    init(_ receipt: @escaping @Reactor ([UInt8]) -> DNSReceipt = { _ in .finished }) {
        self.receipt = receipt
    }

    func querySent(on channel: any DNSChannel) { sent += 1 }

    func messageReceived(_ message: Span<UInt8>) -> DNSReceipt {
        let octets = message.indices.map { message[$0] }
        messages.append(octets)
        return receipt(octets)
    }

    func exchangeFailed(_ error: DNSChannelError) { errors.append(error) }
}

@Suite("queries that wait on a channel", .timeLimit(.minutes(1)))
@Reactor
struct PendingQueriesTests {
    private let clock = ManualClock()

    @Test("a reply goes to the query of its id, once")
    func byID() {
        let pending = PendingQueries(clock)
        let (first, second) = (Waiter(), Waiter())
        pending.add([0, 1], 5, first)
        pending.add([0, 2], 5, second)
        pending.deliver([0, 2, 9].span)
        pending.deliver([0, 2, 10].span)
        #expect(first.messages == [[0, 2, 10]], "the only one that waits sees what is for nobody")
        #expect(second.messages == [[0, 2, 9]])
    }

    @Test("among many, what is for nobody, or too short for an id, is told to nobody")
    func forNobody() {
        let pending = PendingQueries(clock)
        let waiters = [Waiter(), Waiter()]
        for (place, waiter) in waiters.enumerated() { pending.add([0, UInt8(place)], 5, waiter) }
        for message: [UInt8] in [[], [0], [1, 0], [255, 255, 255]] {
            pending.deliver(message.span)
        }
        #expect(waiters.allSatisfy { $0.messages.isEmpty && $0.errors.isEmpty })
        clock.advance(5)
        #expect(waiters.allSatisfy { $0.errors == [.timedOut(seconds: 5)] })
        #expect(pending.isEmpty)
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("two of one id: who ignores the first reply gets the second")
    func doubles() {
        let pending = PendingQueries(clock)
        let first = Waiter { $0[2] == 1 ? .finished : .ignored }
        let second = Waiter { $0[2] == 2 ? .finished : .ignored }
        pending.add([0, 7], 5, first)
        pending.add([0, 7], 5, second)
        pending.deliver([0, 7, 2].span)
        #expect(!pending.isEmpty)
        pending.deliver([0, 7, 1].span)
        #expect(pending.isEmpty)
        #expect(first.messages.last == [0, 7, 1])
        #expect(second.messages == [[0, 7, 2]])
        clock.advance(10)
        #expect(first.errors.isEmpty && second.errors.isEmpty)
    }

    @Test("ignored replies do not make the wait longer; one of several does")
    func deadlines() {
        let pending = PendingQueries(clock)
        let ignoring = Waiter { _ in .ignored }
        let more = Waiter { _ in .awaitsMore }
        pending.add([0, 1], 5, ignoring)
        pending.add([0, 2], 5, more)
        clock.advance(4)
        pending.deliver([0, 1, 0].span)
        pending.deliver([0, 2, 0].span)
        clock.advance(1)
        #expect(ignoring.errors == [.timedOut(seconds: 5)])
        #expect(more.errors.isEmpty)
        clock.advance(3.9)
        #expect(more.errors.isEmpty)
        clock.advance(0.1)
        #expect(more.errors == [.timedOut(seconds: 5)])
    }

    @Test("a shorter wait that begins later ends sooner")
    func shorter() {
        let pending = PendingQueries(clock)
        let (long, short) = (Waiter(), Waiter())
        pending.add([0, 1], 10, long)
        pending.add([0, 2], 1, short)
        clock.advance(1)
        #expect(short.errors.count == 1 && long.errors.isEmpty)
        pending.restart()
        clock.advance(9)
        #expect(long.errors.isEmpty, "its wait began anew")
        clock.advance(1)
        #expect(long.errors.count == 1)
    }

    @Test("who is forgotten hears nothing, and its id is free for who has it as well")
    func forgotten() {
        let pending = PendingQueries(clock)
        let (first, second) = (Waiter(), Waiter())
        pending.add([0, 7], 5, first)
        pending.add([0, 7], 5, second)
        pending.remove(first)
        pending.deliver([0, 7, 1].span)
        #expect(first.messages.isEmpty)
        #expect(second.messages == [[0, 7, 1]])
        pending.fail(.ended)
        #expect(first.errors.isEmpty && second.errors.isEmpty)
    }
}

@Suite("channels of datagrams", .timeLimit(.minutes(1)))
@Reactor
struct DatagramChannelTests {
    private final class Echo: DatagramProtocol {
        var port: UDPPort?
        func portOpened(_ port: UDPPort) { self.port = port }
        func datagramReceived(_ bytes: Span<UInt8>, from address: SocketAddress) {
            port?.reply(bytes, to: address)
        }
    }

    @Test("a hundred queries of one callback get their replies, with the octets before them")
    func hundred() async throws {
        let server = try UDPPort.listen(.ip(.loopback4, port: 0), Echo())
        defer { server.stopListening() }
        // The echo begins with what stands before the query: that is the id it is known by.
        let channel = DatagramChannel(to: server.address, header: [0, 1])
        let waiters = (0..<100).map { _ in Waiter() }
        for (place, waiter) in waiters.enumerated() {
            channel.send([0, 1, UInt8(place)], timeout: 30, to: waiter)
        }
        #expect(waiters.allSatisfy { $0.sent == 1 })
        while !waiters.allSatisfy({ $0.messages.count == 1 }) { try await deferLater(0.001).value }
        let places = waiters.compactMap { $0.messages.first?.last }.sorted()
        #expect(places == (0..<100).map { UInt8($0) })
        channel.close()
    }

    @Test("a port that nobody has is told to all that wait, and the channel goes on")
    func refused() async throws {
        let gone = try UDPPort.listen(.ip(.loopback4, port: 0), Echo())
        let address = gone.address
        gone.stopListening()
        let channel = DatagramChannel(to: address)
        let waiters = [Waiter(), Waiter()]
        for waiter in waiters { channel.send([0, 1, 2], timeout: 30, to: waiter) }
        while !waiters.allSatisfy({ $0.errors.count == 1 }) { try await deferLater(0.001).value }
        #expect(
            waiters.allSatisfy { $0.errors == [.lost(SystemError(errno: ECONNREFUSED))] })
        let server = try UDPPort.listen(address, Echo())
        defer { server.stopListening() }
        // A refusal that is still on its way may end one more wait, not many.
        var late = Waiter()
        for _ in 0..<3 where late.messages.isEmpty {
            late = Waiter()
            channel.send([0, 3, 4], timeout: 30, to: late)
            while late.messages.isEmpty, late.errors.isEmpty { try await deferLater(0.001).value }
        }
        #expect(late.messages == [[0, 3, 4]] && late.errors.isEmpty)
        channel.close()
        channel.close()
    }
}

@Suite("the PROXY header")
struct ProxyHeaderTests {
    private let signature: [UInt8] = [
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
    ]

    @Test("a proxy that speaks for itself, IPv4 and IPv6, streams and datagrams")
    func octets() throws {
        #expect(ProxyHeader().octets == signature + [0x20, 0, 0, 0])
        let here = SocketAddress.ip(try #require(IPAddress("192.0.2.1")), port: 258)
        let there = SocketAddress.ip(try #require(IPAddress("198.51.100.2")), port: 53)
        #expect(
            ProxyHeader((here, there)).octets
                == signature + [0x21, 0x11, 0, 12, 192, 0, 2, 1, 198, 51, 100, 2, 1, 2, 0, 53])
        #expect(ProxyHeader((here, there), isDatagram: true).octets[13] == 0x12)
        let far = SocketAddress.ip(try #require(IPAddress("2001:db8::1")), port: 1)
        let six = ProxyHeader((far, far)).octets
        #expect(six[13] == 0x21 && six.count == 16 + 36 && six[15] == 36)
        // Two families cannot stand in one header.
        #expect(ProxyHeader((here, far)).octets == ProxyHeader().octets)
    }
}
