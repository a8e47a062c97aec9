import CTwine
import Testing
import TwineTesting

@testable import TwineCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct EndpointTests {
    @Test("B151: connecting gives the factory's protocol, connected")
    func connects() async throws {
        let port = try await TCPServerEndpoint.loopback().listen { _ in Recorder() }.value
        let client = try await TCPClientEndpoint(port.address).connect { Recorder() }.value
        #expect(client.events == ["made"])
        client.transport?.abortConnection()
        port.stopListening()
    }

    @Test("B155: what the factory throws fails the Deferred, and the connection is closed")
    func factoryThrows() async throws {
        struct Unwilling: Error {}
        let server = Recorder()
        let port = try await TCPServerEndpoint.loopback().listen { _ in server }.value
        await #expect(throws: Unwilling.self) {
            try await TCPClientEndpoint(port.address).connect { () throws -> Recorder in
                throw Unwilling()
            }.value
        }
        try await until { server.isLost }
        port.stopListening()
    }

    @Test("B152: cancelling fails with ConnectError.cancelled naming the address, no timer stays")
    func cancel() async throws {
        let full = FullListener()
        let clock = ManualClock()
        let connecting = TCPClientEndpoint(full.address, clock: clock).connect { Recorder() }
        try await turns(3)
        #expect(!connecting.isFired)
        connecting.cancel()
        await #expect(throws: ConnectError.cancelled(host: full.address.description)) {
            try await connecting.value
        }
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("B153: nobody answers within the limit: ConnectError.timedOut with address and seconds")
    func timeout() async throws {
        let full = FullListener()
        let clock = ManualClock()
        let connecting = TCPClientEndpoint(full.address, timeout: 7, clock: clock)
            .connect { Recorder() }
        clock.advance(6.9)
        try await turns(3)
        #expect(!connecting.isFired)
        clock.advance(0.1)
        await #expect(throws: ConnectError.timedOut(full.address, seconds: 7)) {
            try await connecting.value
        }
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("B153: bindAddress is where the connection comes from")
    func bindAddress() async throws {
        var seen: SocketAddress?
        let port = try await TCPServerEndpoint.loopback().listen { peer in
            seen = peer
            return Recorder()
        }.value
        let local = SocketAddress.ip(.v4(0x7f00_0009), port: 0)
        let client = try await TCPClientEndpoint(port.address, bindAddress: local)
            .connect { Recorder() }.value
        try await until { seen != nil }
        #expect(seen?.ip == local.ip)
        client.transport?.abortConnection()
        port.stopListening()
    }

    @Test("a bindAddress that is not of this machine is CannotListenError")
    func badBindAddress() async throws {
        let local = SocketAddress.ip(.v4(0xc000_0201), port: 0)
        let expected = CannotListenError(address: local, reason: SystemError(errno: EADDRNOTAVAIL))
        await #expect(throws: expected) {
            try await TCPClientEndpoint(.ip(.loopback4, port: 9), bindAddress: local)
                .connect { Recorder() }.value
        }
    }

    @Test("a host name: refused over IPv6, connected over IPv4, by the resolver's addresses")
    func byName() async throws {
        let port = try await TCPServerEndpoint.loopback().listen { _ in Recorder() }.value
        let number = try #require(port.address.port)
        let resolver = ScriptedResolver()
        let clock = ManualClock()
        resolver.answer(.ipv6, .success([.loopback6]))
        resolver.answer(.ipv4, .success([.loopback4]))
        let client = try await HostnameEndpoint(
            "blog.example", port: number, resolver: resolver, clock: clock
        ).connect { Recorder() }.value
        #expect(client.transport?.peer == port.address)
        #expect(clock.delayedCalls.isEmpty)
        client.transport?.abortConnection()
        port.stopListening()
    }

    @Test("B161: all addresses of a host refuse: the error names address and port")
    func allRefuse() async throws {
        let port = try await TCPServerEndpoint.loopback().listen { _ in nil }.value
        let address = port.address
        port.stopListening()
        let resolver = ScriptedResolver()
        let clock = ManualClock()
        resolver.answer(.ipv6, .failure(.noAddress("blog.example")))
        resolver.answer(.ipv4, .success([.loopback4]))
        await #expect(throws: ConnectError.refused(address)) {
            try await HostnameEndpoint(
                "blog.example", port: try #require(address.port), resolver: resolver, clock: clock
            ).connect { Recorder() }.value
        }
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("a host name in turn: refused over IPv6, then connected over IPv4, each step told")
    func inTurn() async throws {
        let port = try await TCPServerEndpoint.loopback().listen { _ in Recorder() }.value
        let number = try #require(port.address.port)
        let resolver = ScriptedResolver()
        resolver.answer(.ipv6, .success([.loopback6]))
        resolver.answer(.ipv4, .success([.loopback4]))
        var options = ConnectOptions()
        options.order = .inTurn
        let notes = StepNotes()
        let client = try await HostnameEndpoint(
            "blog.example", port: number, options: options, observer: notes, resolver: resolver
        ).connect { Recorder() }.value
        #expect(
            notes.lines == [
                "resolving blog.example", "resolved blog.example: ::1, 127.0.0.1",
                "connecting blog.example [::1]:\(number)",
                "failed: connection refused: nobody listens at [::1]:\(number)",
                "connecting blog.example 127.0.0.1:\(number)", "connected 127.0.0.1:\(number)",
            ])
        client.transport?.abortConnection()
        port.stopListening()
    }

    @Test("the limit of all attempts in turn names the lookup, or the address under way")
    func inTurnTimeout() async throws {
        let full = FullListener()
        let clock = ManualClock()
        var options = ConnectOptions()
        options.order = .inTurn
        options.families = .ipv4Only
        for isResolved in [false, true] {
            let resolver = ScriptedResolver()
            if isResolved { resolver.answer(.ipv4, .success([.loopback4])) }
            let connecting = HostnameEndpoint(
                "blog.example", port: try #require(full.address.port), timeout: 3, options: options,
                resolver: resolver, clock: clock
            ).connect { Recorder() }
            try await turns(3)
            clock.advance(3)
            let late = ConnectError.timedOut(full.address, seconds: 3)
            let silent = ConnectError.lookup(.timedOut("blog.example", seconds: 3))
            await #expect(throws: isResolved ? late : silent) { try await connecting.value }
            #expect(clock.delayedCalls.isEmpty)
        }
    }

    @Test("a race tells its steps too")
    func observedRace() async throws {
        let port = try await TCPServerEndpoint.loopback().listen { _ in Recorder() }.value
        let number = try #require(port.address.port)
        let resolver = ScriptedResolver()
        resolver.answer(.ipv6, .failure(.noAddress("blog.example")))
        resolver.answer(.ipv4, .success([.loopback4]))
        let notes = StepNotes()
        let client = try await HostnameEndpoint(
            "blog.example", port: number, observer: notes, resolver: resolver
        ).connect { Recorder() }.value
        #expect(
            notes.lines == [
                "resolving blog.example", "resolved blog.example: 127.0.0.1",
                "connecting blog.example 127.0.0.1:\(number)", "connected 127.0.0.1:\(number)",
            ])
        client.transport?.abortConnection()
        port.stopListening()
    }

    @Test(
        "a pinned name is connected to without a lookup, by its port, any port, or any name",
        arguments: [("Blog.example", true), ("blog.example", false), ("*", true), ("*", false)])
    func pins(_ host: String, _ isOfPort: Bool) async throws {
        let port = try await TCPServerEndpoint.loopback().listen { _ in Recorder() }.value
        let number = try #require(port.address.port)
        for order in [ConnectOptions.Order.racing, .inTurn] {
            var options = ConnectOptions()
            options.order = order
            options.pins[.init(host: host, port: isOfPort ? number : nil)] = [.loopback4]
            let resolver = ScriptedResolver()
            let client = try await HostnameEndpoint(
                "blog.example", port: number, options: options, resolver: resolver
            ).connect { Recorder() }.value
            #expect(resolver.questions.isEmpty)
            client.transport?.abortConnection()
        }
        port.stopListening()
    }

    @Test("an address of a family that is not wanted is not connected to")
    func unwantedFamily() async throws {
        var options = ConnectOptions()
        options.families = .ipv6Only
        await #expect(throws: ConnectError.lookup(.noAddress("127.0.0.1"))) {
            try await HostnameEndpoint("127.0.0.1", port: 9, options: options)
                .connect { Recorder() }.value
        }
    }

    @Test("a Unix socket stands in for any host")
    func socketPath() async throws {
        let path = "/tmp/twine-endpoint-\(getpid()).sock"
        let port = try await TCPServerEndpoint(.unix(path: path)).listen { _ in Recorder() }.value
        var options = ConnectOptions()
        options.socketPath = path
        let client = try await HostnameEndpoint("blog.example", port: 80, options: options)
            .connect { Recorder() }.value
        #expect(client.transport?.peer == .unix(path: path))
        client.transport?.abortConnection()
        port.stopListening()
    }

    @Test("an address in place of a name is connected to without a lookup")
    func literal() async throws {
        let port = try await TCPServerEndpoint.loopback().listen { _ in Recorder() }.value
        let resolver = ScriptedResolver()
        let client = try await HostnameEndpoint(
            "127.0.0.1", port: try #require(port.address.port), resolver: resolver
        ).connect { Recorder() }.value
        #expect(resolver.questions.isEmpty)
        client.transport?.abortConnection()
        port.stopListening()
    }

    @Test("a host that swallows packets: the limit closes the descriptor of the attempt")
    func swallowed() async throws {
        let full = FullListener()
        let resolver = ScriptedResolver()
        let clock = ManualClock()
        resolver.answer(.ipv6, .failure(.noAddress("blog.example")))
        resolver.answer(.ipv4, .success([.loopback4]))
        let connecting = HostnameEndpoint(
            "blog.example", port: try #require(full.address.port), timeout: 3, resolver: resolver,
            clock: clock
        ).connect { Recorder() }
        try await turns(3)
        clock.advance(3)
        await #expect(throws: ConnectError.timedOut(full.address, seconds: 3)) {
            try await connecting.value
        }
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("B164: the printed form puts an IPv6 address in brackets")
    func printed() {
        #expect("\(HostnameEndpoint("blog.example", port: 80))" == "tcp:blog.example:80")
        #expect("\(HostnameEndpoint("::1", port: 80))" == "tcp:[::1]:80")
        #expect("\(TCPClientEndpoint(.ip(.loopback6, port: 80)))" == "tcp:[::1]:80")
        #expect("\(TCPServerEndpoint(.unix(path: "/run/x")))" == "tcp:/run/x")
    }

    @Test("the system's resolver knows localhost, and says what is wrong with other names")
    func systemResolver() async throws {
        let four = try await SystemResolver.shared.addresses(of: "localhost", family: .ipv4).value
        #expect(four.contains(.loopback4))
        await #expect(throws: LookupError.self) {
            try await SystemResolver.shared.addresses(of: "no name", family: .ipv4).value
        }
    }

    @Test("every error is one clear line")
    func messages() {
        let address = SocketAddress.ip(.loopback4, port: 80)
        let errors: [any Error] = [
            ConnectError.refused(address), ConnectError.noNetwork(address),
            ConnectError.noRoute(address), ConnectError.timedOut(address, seconds: 3),
            ConnectError.timedOut(address, seconds: nil), ConnectError.cancelled(host: "x"),
            ConnectError.lookup(.noSuchName("x")), ConnectError.noProtocol,
            ConnectError.system(SystemError(errno: EMFILE), address),
            CannotListenError(address: address, reason: SystemError(errno: EADDRINUSE)),
            ConnectionLost.done, ConnectionLost.aborted, ConnectionLost.layer("why"),
            ConnectionLost.lost(SystemError(errno: ECONNRESET)),
        ]
        for error in errors {
            #expect(!"\(error)".isEmpty && !"\(error)".contains("\n"))
        }
    }

    @Test("errors of the system become the case that says what to do about them")
    func cases() {
        let four = SocketAddress.ip(.loopback4, port: 80)
        let six = SocketAddress.ip(.loopback6, port: 80)
        let path = SocketAddress.unix(path: "/x")
        let inUse = SystemError(errno: EADDRNOTAVAIL)
        let forbidden = SystemError(errno: EACCES)
        #expect(ConnectError(SystemError(errno: ECONNREFUSED), four) == .refused(four))
        #expect(ConnectError(SystemError(errno: ENETUNREACH), four) == .noNetwork(four))
        #expect(ConnectError(SystemError(errno: EHOSTUNREACH), four) == .noRoute(four))
        #expect(ConnectError(SystemError(errno: ETIMEDOUT), four) == .timedOut(four, seconds: nil))
        #expect(ConnectError(inUse, six) == .noNetwork(six))
        #expect(ConnectError(inUse, four) == .system(inUse, four), "all local ports are taken")
        #expect(ConnectError(forbidden, four) == .noRoute(four))
        #expect(ConnectError(forbidden, path) == .system(forbidden, path))
    }
}

/// A port whose queue of connections is full, so that a further connect waits in vain.
@Reactor
final class FullListener {
    let address: SocketAddress
    private let listener: RawPeer
    private var fillers: [RawPeer] = []

    init() {
        let number = twine_socket(AF_INET, false)
        listener = RawPeer(number)
        let any = SocketAddress.ip(.loopback4, port: 0)
        _ = unsafe any.withSockaddr { unsafe bind(number, $0, $1) }
        _ = listen(number, 0)
        address = unsafe SocketAddress.of(number, getsockname) ?? any
        for _ in 0..<4 { fillers.append(Pair.raw(to: address)) }
    }
}
