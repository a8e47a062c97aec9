import CTwine
import Testing

@testable import TwineCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Lets the reactor turn until something holds; the time limit of the suite ends what never does.
@Reactor
func until(_ condition: @Reactor () -> Bool) async throws {
    while !condition() { try await turns(1) }
}

/// Lets the reactor turn several times.
@Reactor
func turns(_ count: Int) async throws {
    for _ in 0..<count { try await deferLater(0).value }
}

/// A protocol that notes all that happens to it.
@Reactor
class Recorder: StreamProtocol {
    var events: [String] = []
    var received: [UInt8] = []
    var reason: ConnectionLost?
    var transport: (any StreamTransport)?
    var onMade: (@Reactor (any StreamTransport) -> Void)?
    var onData: (@Reactor (any StreamTransport) -> Void)?
    var onLost: (@Reactor () -> Void)?

    nonisolated init() {}

    var text: String { String(decoding: received, as: UTF8.self) }
    var isLost: Bool { reason != nil }

    func connectionMade(_ transport: any StreamTransport) {
        self.transport = transport
        events.append("made")
        onMade?(transport)
    }

    func dataReceived(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe received.append(contentsOf: $0) }
        if events.last != "data" { events.append("data") }
        if let transport { onData?(transport) }
    }

    func connectionLost(_ reason: ConnectionLost) {
        events.append("lost")
        self.reason = reason
        onLost?()
    }
}

/// The same for a protocol that goes on when one direction has ended.
@Reactor
final class HalfRecorder: Recorder, HalfCloseableProtocol {
    func readConnectionLost() { events.append("read ended") }
    func writeConnectionLost() { events.append("write ended") }
}

/// The other end of a connection: a plain socket, under the control of the test.
@safe
final class RawPeer {
    enum Read: Equatable {
        case bytes([UInt8])
        case nothing
        case end
        case failed(Int32)
    }

    let number: Int32
    private var isOpen = true

    init(_ number: Int32) {
        self.number = number
        _ = twine_nonblocking(number)
    }

    deinit { close() }

    func close() {
        if isOpen { unsafe systemClose(number) }
        isOpen = false
    }

    /// Closes with a reset.
    func reset() {
        _ = twine_linger_zero(number)
        close()
    }

    func endWriting() { _ = shutdown(number, Int32(SHUT_WR)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Int { unsafe twine_send(number, bytes, bytes.count) }

    @discardableResult
    func send(_ text: String) -> Int { send(Array(text.utf8)) }

    /// One system call.
    func read(atMost count: Int = 65_536) -> Read {
        var buffer = [UInt8](repeating: 0, count: count)
        let got = unsafe twine_receive(number, &buffer, count)
        if got > 0 { return .bytes(Array(buffer[..<got])) }
        return got == 0 ? .end : got == Int(-EAGAIN) ? .nothing : .failed(Int32(-got))
    }

    /// What is there now.
    func readAll() -> [UInt8] {
        var all: [UInt8] = []
        while case .bytes(let bytes) = read() { all += bytes }
        return all
    }

    /// What comes until something other than bytes does.
    @Reactor
    func readToEnd() async throws -> (bytes: [UInt8], last: Read) {
        var all: [UInt8] = []
        while true {
            switch read() {
            case .bytes(let bytes): all += bytes
            case .nothing: try await turns(1)
            case let last: return (all, last)
            }
        }
    }

    @Reactor
    func read(exactly count: Int) async throws -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count {
            switch read(atMost: count - all.count) {
            case .bytes(let bytes): all += bytes
            case .nothing: try await turns(1)
            case let other: throw Unexpected(what: "\(other) after \(all.count) octets")
            }
        }
        return all
    }

    struct Unexpected: Error {
        let what: String
    }
}

@unsafe
private func systemClose(_ number: Int32) { _ = close(number) }

/// A connection between a protocol and a plain socket.
@Reactor
enum Pair {
    /// Over two Unix sockets: with `SOCK_SEQPACKET` the peer sees what each system call sent.
    static func unix(_ user: any StreamProtocol, keepCalls: Bool = false) -> RawPeer {
        var ends: [Int32] = [-1, -1]
        let kind = keepCalls ? SOCK_SEQPACKET : SOCK_STREAM
        #if canImport(Glibc)
        let result = unsafe socketpair(AF_UNIX, Int32(kind.rawValue), 0, &ends)
        #else
        let result = unsafe socketpair(AF_UNIX, kind, 0, &ends)
        #endif
        #expect(result == 0)
        _ = twine_nonblocking(ends[0])
        let connection = TCPConnection(
            connected: Descriptor(ends[0]), peer: .unix(path: ""))
        connection.attach(user)
        return RawPeer(ends[1])
    }

    /// Over TCP on loopback; the connection is the server's side.
    static func tcp(_ user: any StreamProtocol) async throws -> RawPeer {
        var isAccepted = false
        let port = try await TCPServerEndpoint.loopback().listen { _ in
            isAccepted = true
            return user
        }.value
        defer { port.stopListening() }
        let peer = raw(to: port.address)
        try await until { isAccepted }
        return peer
    }

    /// A plain socket that is being connected to `address`.
    static func raw(to address: SocketAddress) -> RawPeer {
        let peer = RawPeer(twine_socket(address.family, false))
        _ = unsafe address.withSockaddr { unsafe connect(peer.number, $0, $1) }
        return peer
    }
}

/// Descriptors of this process that are open.
func openDescriptors() -> Set<Int32> {
    Set((0..<Int32(1024)).filter { fcntl($0, F_GETFD) >= 0 })
}
