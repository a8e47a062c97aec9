import Testing

@testable import TwineCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Reactor
private final class Mailbox: DatagramProtocol {
    var datagrams: [[UInt8]] = []
    var senders: [SocketAddress] = []
    var failures: [SystemError] = []
    var opened = 0
    var onDatagram: (@Reactor ([UInt8], SocketAddress) -> Void)?

    nonisolated init() {}

    func portOpened(_ port: UDPPort) { opened += 1 }

    func datagramReceived(_ bytes: Span<UInt8>, from address: SocketAddress) {
        let bytes = bytes.indices.map { bytes[$0] }
        datagrams.append(bytes)
        senders.append(address)
        onDatagram?(bytes, address)
    }

    func deliveryFailed(_ error: SystemError) { failures.append(error) }
}

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct UDPTests {
    private let any4 = SocketAddress.ip(.loopback4, port: 0)

    @Test("datagrams are exchanged, each with its sender")
    func exchange() async throws {
        let here = Mailbox()
        let there = Mailbox()
        let near = try UDPPort.listen(any4, here)
        let far = try UDPPort.listen(any4, there)
        #expect(here.opened == 1)
        there.onDatagram = { bytes, sender in
            try? far.send((bytes + [33]).span, to: sender)
        }
        try near.send([1, 2, 3].span, to: far.address)
        try near.send([4].span, to: far.address)
        try await until { here.datagrams.count == 2 }
        #expect(here.datagrams == [[1, 2, 3, 33], [4, 33]])
        #expect(here.senders == [far.address, far.address])
        #expect(there.senders == [near.address, near.address])
        near.stopListening()
        far.stopListening()
    }

    @Test("a connected port hears its peer only, and sends without an address")
    func connected() async throws {
        let server = Mailbox()
        let client = Mailbox()
        let stranger = Mailbox()
        let port = try UDPPort.listen(any4, server)
        let connected = try UDPPort.connect(to: port.address, client)
        let other = try UDPPort.listen(any4, stranger)
        #expect(connected.peer == port.address)
        server.onDatagram = { _, sender in try? port.send([9].span, to: sender) }
        try connected.send([1].span)
        try other.send([66].span, to: connected.address)
        try await until { client.datagrams == [[9]] }
        try await turns(3)
        #expect(client.datagrams == [[9]])
        #expect(client.senders == [port.address])
        for open in [port, connected, other] { open.stopListening() }
    }

    @Test("the network's refusal is deliveryFailed with ECONNREFUSED, once a datagram")
    func refused() async throws {
        let gone = try UDPPort.listen(any4, Mailbox())
        let address = gone.address
        gone.stopListening()
        let user = Mailbox()
        let port = try UDPPort.connect(to: address, user)
        try port.send([1].span)
        try await until { !user.failures.isEmpty }
        #expect(user.failures == [SystemError(errno: ECONNREFUSED)])
        // The error of one datagram is not that of the next.
        try port.send([2].span)
        try port.send([3].span)
        try await until { user.failures.count == 3 }
        try await turns(3)
        #expect(user.failures == Array(repeating: SystemError(errno: ECONNREFUSED), count: 3))
        port.stopListening()
    }

    @Test("Unix datagrams are exchanged by path; the file has the mode asked for, and is removed")
    func unix() async throws {
        let path = "/tmp/twine-\(UInt32.random(in: 0 ... .max)).sock"
        let here = Mailbox()
        let there = Mailbox()
        let port = try UDPPort.listen(.unix(path: path), mode: 0o600, there)
        let near = try UDPPort.listen(.unix(path: path + "2"), here)
        var status = stat()
        #expect(unsafe lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        there.onDatagram = { bytes, sender in try? port.send(bytes.span, to: sender) }
        try near.send([1, 2, 3].span, to: port.address)
        try await until { !here.datagrams.isEmpty }
        #expect(here.datagrams == [[1, 2, 3]] && there.senders == [.unix(path: path + "2")])
        #expect(throws: CannotListenError.self) { try UDPPort.listen(.unix(path: path), there) }
        near.stopListening()
        port.stopListening()
        #expect(unsafe lstat(path, &status) == -1)
    }

    @Test("empty and very large datagrams arrive whole; too large a one is an error")
    func sizes() async throws {
        let user = Mailbox()
        let port = try UDPPort.listen(any4, user)
        let sender = try UDPPort.connect(to: port.address, Mailbox())
        let large = (0..<65_507).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try sender.send([UInt8]().span)
        try sender.send(large.span)
        try await until { user.datagrams.count == 2 }
        #expect(user.datagrams == [[], large])
        #expect(throws: SystemError(errno: EMSGSIZE)) {
            try sender.send([UInt8](repeating: 0, count: 65_508).span)
        }
        port.stopListening()
        sender.stopListening()
    }

    @Test("IPv6 datagrams of 65,527 octets, from a bound address")
    func ipv6() async throws {
        let user = Mailbox()
        let port = try UDPPort.listen(.ip(.loopback6, port: 0), user)
        let sender = try UDPPort.connect(
            to: port.address, from: .ip(.loopback6, port: 0), Mailbox())
        let large = [UInt8](repeating: 5, count: 65_527)
        try sender.send(large.span)
        try await until { !user.datagrams.isEmpty }
        #expect(user.datagrams == [large])
        #expect(user.senders == [sender.address])
        port.stopListening()
        sender.stopListening()
    }

    @Test("after stopListening, also inside a callback, nothing more is heard or sent")
    func stop() async throws {
        let user = Mailbox()
        let port = try UDPPort.listen(any4, user)
        let address = port.address
        user.onDatagram = { _, _ in port.stopListening() }
        let sender = try UDPPort.connect(to: address, Mailbox())
        for _ in 0..<5 { try sender.send([1].span) }
        try await until { !user.datagrams.isEmpty }
        try await turns(3)
        #expect(user.datagrams.count == 1)
        #expect(port.address == address)
        #expect(throws: SystemError(errno: EBADF)) { try port.send([1].span, to: address) }
        port.stopListening()
        sender.stopListening()
    }

    @Test("an address in use is CannotListenError")
    func inUse() throws {
        let port = try UDPPort.listen(any4, Mailbox())
        #expect(
            throws: CannotListenError(
                address: port.address, reason: SystemError(errno: EADDRINUSE))
        ) {
            try UDPPort.listen(port.address, Mailbox())
        }
        port.stopListening()
    }

    @Test("two hundred datagrams in a burst do not keep a connection from its turn")
    func burst() async throws {
        let user = Mailbox()
        let port = try UDPPort.listen(any4, user)
        let sender = try UDPPort.connect(to: port.address, Mailbox())
        let other = Recorder()
        var countThen = 200
        other.onData = { _ in countThen = user.datagrams.count }
        let peer = Pair.unix(other)
        for _ in 0..<200 { try sender.send([UInt8](repeating: 1, count: 100).span) }
        peer.send("x")
        try await until { !other.received.isEmpty }
        #expect(countThen < 200)
        try await until { user.datagrams.count == 200 }
        port.stopListening()
        sender.stopListening()
    }
}
