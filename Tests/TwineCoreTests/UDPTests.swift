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

/// The number of the loopback interface; 0 if it has another name.
private let loopback = unsafe max(if_nametoindex("lo"), if_nametoindex("lo0"))

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

    @Test("a Unix datagram of 200,000 octets arrives whole")
    func largeUnix() async throws {
        let path = "/tmp/twine-\(UInt32.random(in: 0 ... .max)).sock"
        let user = Mailbox()
        let port = try UDPPort.listen(.unix(path: path), user)
        let sender = try UDPPort.connect(to: port.address, Mailbox())
        let large = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try sender.send(large.span)
        try await until { !user.datagrams.isEmpty }
        #expect(user.datagrams == [large])
        port.stopListening()
        sender.stopListening()
    }

    @Test(
        "what two ports send soon in one callback arrives, those of one length in order, and is sent when it returns"
    )
    func soon() async throws {
        let here = Mailbox()
        let there = Mailbox()
        let servers = try [here, there].map { try UDPPort.listen(any4, $0) }
        let clients = try servers.map { try UDPPort.connect(to: $0.address, Mailbox()) }
        for number in 0..<100 {
            for (place, client) in clients.enumerated() {
                client.sendSoon([UInt8(number), UInt8(place)].span)
                if number % 40 == 39 { client.sendSoon([255, UInt8(place)].span) }
            }
        }
        let expected = (0..<100).flatMap { number -> [UInt8] in
            number % 40 == 39 ? [UInt8(number), 255] : [UInt8(number)]
        }
        try await until { here.datagrams.count == 102 && there.datagrams.count == 102 }
        #expect(here.datagrams == expected.map { [$0, 0] })
        #expect(there.datagrams == expected.map { [$0, 1] })
        // What waits when the port is closed is sent before.
        clients[0].sendSoon([7].span)
        clients[0].stopListening()
        clients[0].sendSoon([8].span)
        clients[1].sendSoon([9].span)
        try await until { here.datagrams.last == [7] && there.datagrams.last == [9] }
        for port in servers + clients { port.stopListening() }
    }

    @Test("what is sent soon keeps its bounds, whatever its length is", arguments: [false, true])
    func soonLengths(isUnix: Bool) async throws {
        let user = Mailbox()
        let path = "/tmp/twine-\(UInt32.random(in: 0 ... .max)).sock"
        let server = try UDPPort.listen(isUnix ? .unix(path: path) : any4, user)
        let client = try UDPPort.connect(to: server.address, Mailbox())
        let sent = [3, 0, 1200, 3, 1200, 1201, 0, 1201].enumerated().map {
            [UInt8](repeating: UInt8($0.offset), count: $0.element)
        }
        for datagram in sent { client.sendSoon(datagram.span) }
        try await until { user.datagrams.count == sent.count }
        let inOrder = { (list: [[UInt8]]) in
            list.sorted { ($0.count, $0.first ?? 0) < ($1.count, $1.first ?? 0) }
        }
        #expect(inOrder(user.datagrams) == inOrder(sent))
        for port in [server, client] { port.stopListening() }
    }

    @Test("what is sent soon and refused or too long is deliveryFailed, and the rest is sent")
    func soonFailed() async throws {
        let gone = try UDPPort.listen(any4, Mailbox())
        let address = gone.address
        gone.stopListening()
        let user = Mailbox()
        let port = try UDPPort.connect(to: address, user)
        port.sendSoon([1].span)
        port.sendSoon([UInt8](repeating: 0, count: 300_000).span)
        port.sendSoon([UInt8](repeating: 0, count: 65_508).span)
        port.sendSoon([2, 2].span)
        try await until { user.failures.count == 4 }
        try await turns(3)
        let codes = user.failures.map(\.errno)
        #expect(codes.count(where: { $0 == ECONNREFUSED }) == 2)
        #expect(codes.count(where: { $0 == EMSGSIZE }) == 2)
        port.stopListening()
    }

    @Test("a hundred answers that go together arrive, in order, each to its sender")
    func replies() async throws {
        let server = Mailbox()
        let port = try UDPPort.listen(any4, server)
        server.onDatagram = { bytes, sender in
            port.reply(bytes.span, to: sender)
            port.reply((bytes + [0]).span, to: sender)
        }
        let clients = try (0..<2).map { _ in
            let user = Mailbox()
            return (user, try UDPPort.connect(to: port.address, user))
        }
        for number in 0..<50 {
            for (_, client) in clients { try client.send([UInt8(number)].span) }
        }
        try await until { clients.allSatisfy { $0.0.datagrams.count == 100 } }
        let expected = (0..<100).map { count -> [UInt8] in
            let number = UInt8(count / 2)
            return count % 2 == 0 ? [number] : [number, 0]
        }
        for (user, client) in clients {
            #expect(user.datagrams == expected)
            client.stopListening()
        }
        port.stopListening()
        #expect(server.failures.isEmpty)
    }

    @Test("an answer that the system does not take is deliveryFailed, and the others are sent")
    func failedReply() async throws {
        let server = Mailbox()
        let user = Mailbox()
        let port = try UDPPort.listen(any4, server)
        let client = try UDPPort.connect(to: port.address, user)
        server.onDatagram = { _, sender in
            port.reply([1].span, to: sender)
            port.reply([UInt8](repeating: 0, count: 65_508).span, to: sender)
            port.reply([UInt8](repeating: 0, count: 300_000).span, to: sender)
            port.reply([2].span, to: .ip(.loopback6, port: 9))
            port.reply([3].span, to: sender)
        }
        try client.send([0].span)
        try await until { user.datagrams.count == 2 }
        #expect(user.datagrams == [[1], [3]])
        #expect(server.failures.map(\.errno) == [EMSGSIZE, EMSGSIZE, EAFNOSUPPORT])
        // Outside of a delivery it goes at once.
        port.reply([4].span, to: client.address)
        try await until { user.datagrams.count == 3 }
        server.onDatagram = { _, sender in
            port.reply([5].span, to: sender)
            port.stopListening()
            port.reply([6].span, to: sender)
        }
        try client.send([0].span)
        try await until { user.datagrams.count == 4 }
        try await turns(3)
        #expect(user.datagrams.suffix(1) == [[5]])
        client.stopListening()
    }

    @Test(
        "datagrams to a multicast group come from joining to leaving it", .enabled(if: loopback > 0)
    )
    func multicast() async throws {
        let group = try #require(IPAddress("239.84.87.1"))
        let user = Mailbox()
        let port = try UDPPort.listen(.ip(try #require(IPAddress("0.0.0.0")), port: 0), user)
        // The address it sends from makes the kernel choose the loopback interface.
        let sender = try UDPPort.listen(any4, Mailbox())
        let target = SocketAddress.ip(group, port: try #require(port.address.port))
        let direct = SocketAddress.ip(.loopback4, port: try #require(port.address.port))
        try sender.send([1].span, to: target)
        try port.joinGroup(group, interface: loopback)
        #expect(throws: SystemError(errno: EADDRINUSE)) {
            try port.joinGroup(group, interface: loopback)
        }
        try sender.send([2].span, to: target)
        try await until { !user.datagrams.isEmpty }
        #expect(user.senders == [sender.address])
        try port.leaveGroup(group, interface: loopback)
        try sender.send([3].span, to: target)
        try sender.send([4].span, to: direct)
        try await until { user.datagrams.count > 1 }
        #expect(user.datagrams == [[2], [4]])
        #expect(throws: SystemError(errno: EADDRNOTAVAIL)) {
            try port.leaveGroup(group, interface: loopback)
        }
        #expect(throws: SystemError(errno: EINVAL)) { try port.joinGroup(.loopback4) }
        port.stopListening()
        sender.stopListening()
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
