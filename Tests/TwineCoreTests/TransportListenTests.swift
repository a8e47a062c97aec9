import CTwine
import Foundation
import Testing
import TwineTesting

@testable import TwineCore

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct TransportListenTests {
    @Test("port 0 gives a port of the system's choice, which the address then names")
    func portZero() async throws {
        let port = try await TCPServerEndpoint.loopback().listen { _ in nil }.value
        #expect(port.address.port != 0)
        #expect(port.address.ip == .loopback4)
        let address = port.address
        port.stopListening()
        port.stopListening()
        #expect(port.address == address, "also afterwards")
    }

    @Test("B154: an address in use is CannotListenError with the address")
    func addressInUse() async throws {
        let port = try await TCPServerEndpoint.loopback().listen { _ in nil }.value
        let expected = CannotListenError(
            address: port.address, reason: SystemError(errno: EADDRINUSE))
        await #expect(throws: expected) {
            try await TCPServerEndpoint(port.address).listen { _ in nil }.value
        }
        port.stopListening()
        let again = try await TCPServerEndpoint(port.address).listen { _ in nil }.value
        again.stopListening()
    }

    @Test("an address that is not of this machine cannot be listened at")
    func foreignAddress() async throws {
        let address = SocketAddress.ip(.v4(0xc000_0201), port: 0)
        let expected = CannotListenError(
            address: address, reason: SystemError(errno: EADDRNOTAVAIL))
        await #expect(throws: expected) {
            try await TCPServerEndpoint(address).listen { _ in nil }.value
        }
    }

    @Test("a factory that returns nil closes that connection, and the next is accepted")
    func refusingFactory() async throws {
        let users = [Recorder(), Recorder()]
        var calls = 0
        let port = try await TCPServerEndpoint.loopback().listen { _ in
            calls += 1
            return calls == 2 ? nil : users[calls / 2]
        }.value
        let peers = [
            Pair.raw(to: port.address), Pair.raw(to: port.address), Pair.raw(to: port.address),
        ]
        try await until { calls == 3 }
        let (_, last) = try await peers[1].readToEnd()
        #expect(last == .end)
        peers[2].send("hello")
        try await until { users[1].text == "hello" }
        port.stopListening()
    }

    @Test("stopListening inside the factory: that connection lives, later ones are refused")
    func stopInsideFactory() async throws {
        let user = Recorder()
        var port: (any ListeningPort)?
        port = try await TCPServerEndpoint.loopback().listen { _ in
            port?.stopListening()
            return user
        }.value
        let address = try #require(port?.address)
        let first = Pair.raw(to: address)
        first.send("hello")
        try await until { user.text == "hello" }
        await #expect(throws: ConnectError.refused(address)) {
            try await TCPClientEndpoint(address).connect { Recorder() }.value
        }
    }

    @Test("the factory sees who connects, and each side's addresses agree")
    func addresses() async throws {
        var seen: [SocketAddress] = []
        let server = Recorder()
        let port = try await TCPServerEndpoint.loopback().listen { peer in
            seen.append(peer)
            return server
        }.value
        let client = try await TCPClientEndpoint(port.address).connect { Recorder() }.value
        try await until { server.transport != nil }
        #expect(client.transport?.peer == port.address)
        #expect(client.transport?.host == seen.first)
        #expect(server.transport?.peer == seen.first)
        #expect(server.transport?.host == port.address)
        client.transport?.loseConnection()
        port.stopListening()
    }

    @Test("IPv6 loopback: served, connected, and printed with brackets")
    func ipv6() async throws {
        let echo = Recorder()
        echo.onData = { $0.write("echo") }
        let port = try await TCPServerEndpoint(.ip(.loopback6, port: 0)).listen { _ in echo }.value
        let client = try await TCPClientEndpoint(port.address).connect { Recorder() }.value
        client.transport?.write("x")
        try await until { client.text == "echo" }
        #expect(port.address.description.hasPrefix("[::1]:"))
        #expect(client.transport?.host.ip == .loopback6)
        client.transport?.loseConnection()
        port.stopListening()
    }

    @Test("`::` does not take the IPv4 port")
    func ipv6Only() async throws {
        let six = try await TCPServerEndpoint(.ip(.any6, port: 0)).listen { _ in nil }.value
        let number = try #require(six.address.port)
        let four = try await TCPServerEndpoint(.ip(.loopback4, port: number)).listen { _ in nil }
            .value
        six.stopListening()
        four.stopListening()
    }

    @Test("a Unix socket: served, connected, both ways, its file gone afterwards")
    func unix() async throws {
        let path = NSTemporaryDirectory() + "twine-\(UUID().uuidString)"
        let server = Recorder()
        server.onData = { $0.write("answer") }
        let port = try await TCPServerEndpoint(.unix(path: path)).listen { _ in server }.value
        #expect(port.address == .unix(path: path))
        let client = try await TCPClientEndpoint(.unix(path: path)).connect { Recorder() }.value
        client.transport?.write("question")
        try await until { client.text == "answer" }
        #expect(server.text == "question")
        #expect(client.transport?.peer == .unix(path: path))
        #expect(client.transport?.host == .unix(path: ""))
        client.transport?.loseConnection()
        try await until { client.isLost && server.isLost }
        port.stopListening()
        #expect(!FileManager.default.fileExists(atPath: path))
        let gone = SystemError(errno: ENOENT)
        await #expect(throws: ConnectError.system(gone, .unix(path: path))) {
            try await TCPClientEndpoint(.unix(path: path)).connect { Recorder() }.value
        }
    }

    @Test("a Unix socket that nobody serves any more refuses")
    func deadUnixSocket() async throws {
        let path = NSTemporaryDirectory() + "twine-\(UUID().uuidString)"
        let number = twine_socket(AF_UNIX, false)
        let peer = RawPeer(number)
        _ = unsafe SocketAddress.unix(path: path).withSockaddr { unsafe bind(number, $0, $1) }
        peer.close()
        await #expect(throws: ConnectError.refused(.unix(path: path))) {
            try await TCPClientEndpoint(.unix(path: path)).connect { Recorder() }.value
        }
        try FileManager.default.removeItem(atPath: path)
    }

    @Test("a path that is too long, or has a NUL in it, is an error, not another path")
    func badPaths() async throws {
        let long = SocketAddress.unix(path: "/tmp/" + String(repeating: "x", count: 200))
        let tooLong = SystemError(errno: ENAMETOOLONG)
        await #expect(throws: ConnectError.system(tooLong, long)) {
            try await TCPClientEndpoint(long).connect { Recorder() }.value
        }
        await #expect(throws: CannotListenError(address: long, reason: tooLong)) {
            try await TCPServerEndpoint(long).listen { _ in nil }.value
        }
        let cut = SocketAddress.unix(path: "/tmp/twine\0evil")
        await #expect(throws: CannotListenError(address: cut, reason: SystemError(errno: EINVAL))) {
            try await TCPServerEndpoint(cut).listen { _ in nil }.value
        }
    }

    @Test("a thousand connections at once are all accepted and served")
    func manyConnections() async throws {
        _ = twine_lift_descriptor_limit()
        var served = 0
        let port = try await TCPServerEndpoint.loopback().listen { _ in
            let user = Recorder()
            user.onData = { transport in
                served += 1
                transport.write("ok")
                transport.loseConnection()
            }
            return user
        }.value
        var clients: [Recorder] = []
        var connecting: [Deferred<Recorder>] = []
        for _ in 0..<1000 {
            connecting.append(
                TCPClientEndpoint(port.address).connect {
                    let client = Recorder()
                    clients.append(client)
                    client.onMade = { $0.write("?") }
                    return client
                })
        }
        for deferred in connecting { _ = try await deferred.value }
        try await until { clients.allSatisfy(\.isLost) }
        #expect(served == 1000)
        #expect(clients.allSatisfy { $0.text == "ok" && $0.reason == .done })
        port.stopListening()
    }

    @Test("out of descriptors, accepting rests without spinning, and goes on when some are free")
    func outOfDescriptors() async throws {
        await #expect(processExitsWith: .success) {
            try await exhaustDescriptors()
        }
    }
}

@Reactor
private func exhaustDescriptors() async throws {
    let server = Recorder()
    let port = try await TCPServerEndpoint.loopback().listen { _ in server }.value
    let client = Pair.raw(to: SocketAddress.ip(.loopback4, port: 9))
    client.close()
    let peer = RawPeer(twine_socket(AF_INET, false))
    // From here on no descriptor can be opened.
    var limit = rlimit()
    _ = unsafe getrlimit(descriptorLimit, &limit)
    limit.rlim_cur = rlim_t(peer.number + 1)
    var fillers: [Int32] = []
    _ = unsafe setrlimit(descriptorLimit, &limit)
    while true {
        let filler = dup(peer.number)
        guard filler >= 0 else { break }
        fillers.append(filler)
    }
    _ = unsafe port.address.withSockaddr { unsafe connect(peer.number, $0, $1) }
    let before = Reactor.shared.loop.turnCount
    try await deferLater(0.15).value
    let spent = Reactor.shared.loop.turnCount - before
    precondition(spent < 20, "\(spent) turns in 0.15 seconds")
    precondition(server.transport == nil, "accepted without a descriptor")
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(descriptorLimit, &limit)
    try await until { server.transport != nil }
    for filler in fillers { close(filler) }
}

#if canImport(Glibc)
private let descriptorLimit = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
#else
private let descriptorLimit = RLIMIT_NOFILE
#endif
