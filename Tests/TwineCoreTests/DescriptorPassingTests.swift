import CTwine
import Testing

@testable import TwineCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `pipe`, by a name that the tests' own does not hide.
private func openPipe(_ ends: inout [Int32]) -> Int32 { unsafe pipe(&ends) }

@Reactor
private final class Taker: Recorder, DescriptorReceiver {
    /// Each descriptor, and how many octets had come before it.
    var taken: [(descriptor: Int32, after: Int)] = []

    func descriptorReceived(_ descriptor: Int32) {
        taken.append((descriptor, received.count))
    }

    func closeAll() { for (descriptor, _) in taken { close(descriptor) } }
}

@Suite("Descriptors pass from process to process", .timeLimit(.minutes(1)))
@Reactor
struct DescriptorPassingTests {
    /// Two connections, the ends of one pair.
    private func pair(_ one: Recorder, _ other: Recorder) throws {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe twine_socket_pair(&ends) == 0)
        for (end, user) in zip(ends, [one, other]) {
            _ = twine_nonblocking(end)
            TCPConnection(connected: Descriptor(end), peer: .unix(path: "")).attach(user)
        }
    }

    /// The reading end of a pipe that holds `text`, whose other end is closed.
    private func pipe(with text: String) throws -> Int32 {
        var ends: [Int32] = [-1, -1]
        try #require(openPipe(&ends) == 0)
        let bytes = Array(text.utf8)
        try #require(unsafe write(ends[1], bytes, bytes.count) == bytes.count)
        close(ends[1])
        return ends[0]
    }

    private func text(of descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = unsafe read(descriptor, &bytes, 100)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    @Test(
        "each comes no later than its octet, in order, through more than a socket's buffer; none leaks"
    )
    func order() async throws {
        let before = openDescriptors()
        let sender = Recorder()
        let taker = Taker()
        try pair(sender, taker)
        let transport = try #require(sender.transport as? any DescriptorTransport)
        let large = [UInt8](repeating: 7, count: 700_000)
        var expected: [Int] = []
        transport.write([1, 2, 3])
        for number in 0..<5 {
            let end = try pipe(with: "pipe \(number)")
            expected.append(3 + number)
            try transport.sendDescriptor(end, with: [UInt8(number)])
            close(end)
        }
        transport.write(large)
        let last = try pipe(with: "last")
        try transport.sendDescriptor(last, with: [9, 9])
        close(last)
        transport.write([4])
        try await until { taker.received.count == 700_011 }
        // None is behind its octet; it may be ahead of others that came with that.
        #expect(zip(taker.taken.map(\.after), expected + [700_008]).allSatisfy { $0 <= $1 })
        #expect(taker.taken.count == 6)
        #expect(Array(taker.received.prefix(8)) == [1, 2, 3, 0, 1, 2, 3, 4])
        #expect(Array(taker.received.suffix(3)) == [9, 9, 4])
        #expect(
            taker.taken.map { text(of: $0.descriptor) }
                == (0..<5).map { "pipe \($0)" } + ["last"])
        for (descriptor, _) in taker.taken {
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
        }
        taker.closeAll()
        transport.loseConnection()
        try await until { taker.isLost && sender.isLost }
        #expect(openDescriptors() == before)
    }

    @Test("to a protocol that takes none the octets come, and the descriptor is closed")
    func unwanted() async throws {
        let before = openDescriptors()
        let sender = Recorder()
        let other = Recorder()
        try pair(sender, other)
        let transport = try #require(sender.transport as? any DescriptorTransport)
        try transport.sendDescriptor(0, with: Array("hello".utf8))
        try await until { other.text == "hello" }
        transport.loseConnection()
        try await until { other.isLost }
        #expect(openDescriptors() == before)
    }

    @Test("what cannot be passed is an error; what waits when the connection ends is closed")
    func errors() async throws {
        let before = openDescriptors()
        let sender = Recorder()
        let taker = Taker()
        try pair(sender, taker)
        let transport = try #require(sender.transport as? any DescriptorTransport)
        #expect(throws: SystemError(errno: EBADF)) {
            try transport.sendDescriptor(19_999, with: [1])
        }
        #expect(throws: SystemError(errno: EINVAL)) { try transport.sendDescriptor(0, with: []) }
        for _ in 0..<64 { try transport.sendDescriptor(0, with: [1]) }
        #expect(throws: SystemError(errno: ENOBUFS)) { try transport.sendDescriptor(0, with: [1]) }
        transport.abortConnection()
        try await until { taker.isLost }
        taker.closeAll()
        #expect(throws: SystemError(errno: EPIPE)) { try transport.sendDescriptor(0, with: [1]) }

        let served = Recorder()
        let peer = try await Pair.tcp(served)
        let tcp = try #require(served.transport as? any DescriptorTransport)
        #expect(throws: SystemError(errno: EAFNOSUPPORT)) { try tcp.sendDescriptor(0, with: [1]) }
        tcp.abortConnection()
        try await until { served.isLost }
        withExtendedLifetime(peer) {}
        _ = consume peer
        #expect(openDescriptors() == before)
    }
}
