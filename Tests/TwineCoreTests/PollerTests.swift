import CTwine
import Testing

@testable import TwineCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Each way to wait that this platform has.
enum Way: String, CaseIterable, Sendable {
    case poll
    case best

    @Reactor
    func make() -> any Poller {
        switch self {
        case .poll: PollPoller()
        #if os(Linux)
        case .best: EpollPoller()
        #else
        case .best: KqueuePoller()
        #endif
        }
    }
}

/// A poller and what it said.
@Reactor
private final class Watch {
    let poller: any Poller
    /// What the pollers are told, as the loop would keep it.
    private var interests: [Int32: Readiness] = [:]

    init(_ way: Way) { poller = way.make() }

    @discardableResult
    func watch(_ number: Int32, _ interest: Readiness, token: UInt64 = 1) -> Bool {
        defer { interests[number] = interest }
        return poller.watch(number, from: interests[number] ?? [], to: interest, token: token)
    }

    func forget(_ number: Int32) {
        poller.forget(number, from: interests.removeValue(forKey: number) ?? [])
    }

    /// What is ready at once.
    func ready(_ seconds: Double? = 0) -> [UInt64: Readiness] {
        var all: [UInt64: Readiness] = [:]
        poller.wait(atMost: seconds) { all[$0, default: []].formUnion($1) }
        return all
    }
}

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct PollerTests {
    private func sockets() -> (RawPeer, RawPeer) {
        var ends: [Int32] = [-1, -1]
        #if canImport(Glibc)
        _ = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
        #else
        _ = unsafe socketpair(AF_UNIX, SOCK_STREAM, 0, &ends)
        #endif
        return (RawPeer(ends[0]), RawPeer(ends[1]))
    }

    private func pipes() -> (read: RawPeer, write: RawPeer) {
        var ends: [Int32] = [-1, -1]
        _ = unsafe pipe(&ends)
        return (RawPeer(ends[0]), RawPeer(ends[1]))
    }

    @Test(
        "reading and writing are told apart, again and again until served", arguments: Way.allCases)
    func levels(way: Way) {
        let watch = Watch(way)
        let (near, far) = sockets()
        #expect(watch.watch(near.number, .read, token: 42))
        #expect(watch.ready().isEmpty)
        far.send("x")
        #expect(watch.ready() == [42: .read])
        #expect(watch.ready() == [42: .read], "level-triggered")
        watch.watch(near.number, [.read, .write], token: 42)
        #expect(watch.ready() == [42: [.read, .write]])
        watch.watch(near.number, .write, token: 42)
        #expect(watch.ready() == [42: .write])
        _ = near.readAll()
        watch.watch(near.number, .read, token: 42)
        #expect(watch.ready().isEmpty)
    }

    @Test(
        "watched for nothing, a descriptor is silent, even when it hangs up",
        arguments: Way.allCases)
    func silent(way: Way) {
        let watch = Watch(way)
        let (near, far) = sockets()
        watch.watch(near.number, .read)
        watch.watch(near.number, [])
        far.send("x")
        far.close()
        #expect(watch.ready().isEmpty)
        watch.watch(near.number, .read)
        #expect(watch.ready()[1]?.contains(.read) == true)
    }

    @Test("the end of input is something to read", arguments: Way.allCases)
    func end(way: Way) {
        let watch = Watch(way)
        let (near, far) = sockets()
        watch.watch(near.number, .read)
        far.endWriting()
        #expect(watch.ready()[1]?.contains(.read) == true)
    }

    @Test("a pipe that has lost its other end is reported on both sides", arguments: Way.allCases)
    func brokenPipes(way: Way) {
        let watch = Watch(way)
        let one = pipes()
        watch.watch(one.read.number, .read)
        one.write.close()
        #expect(watch.ready()[1]?.isDisjoint(with: [.read, .failed]) == false)
        watch.watch(one.read.number, [])
        let two = pipes()
        watch.watch(two.write.number, .write, token: 2)
        two.read.close()
        #expect(watch.ready()[2]?.contains(.failed) == true)
    }

    @Test("a refused connection is room to write, or an error", arguments: Way.allCases)
    func refused(way: Way) async throws {
        let port = try await TCPServerEndpoint.loopback().listen { _ in nil }.value
        let address = port.address
        port.stopListening()
        let watch = Watch(way)
        let peer = Pair.raw(to: address)
        watch.watch(peer.number, .write)
        #expect(watch.ready(1)[1]?.isDisjoint(with: [.write, .failed]) == false)
        #expect(twine_socket_error(peer.number) == ECONNREFUSED)
    }

    @Test(
        "forgotten and closed, its number may come back under another token",
        arguments: Way.allCases)
    func reused(way: Way) {
        let watch = Watch(way)
        let (near, far) = sockets()
        watch.watch(near.number, .read, token: 1)
        far.send("x")
        watch.forget(near.number)
        let number = near.number
        near.close()
        let (again, peer) = sockets()
        let same = again.number == number ? again : peer
        let other = same === again ? peer : again
        #expect(same.number == number)
        watch.watch(number, .read, token: 2)
        #expect(watch.ready().isEmpty)
        other.send("y")
        #expect(watch.ready() == [2: .read])
    }

    @Test("hundreds of descriptors at once, some taken away meanwhile", arguments: Way.allCases)
    func many(way: Way) {
        let watch = Watch(way)
        let pairs = (0..<100).map { _ in sockets() }
        for (index, pair) in pairs.enumerated() {
            watch.watch(pair.0.number, .read, token: UInt64(index))
            pair.1.send("x")
        }
        #expect(watch.ready().keys.sorted() == (0..<100).map { UInt64($0) })
        for index in stride(from: 0, to: 100, by: 3) { watch.watch(pairs[index].0.number, []) }
        for index in stride(from: 1, to: 100, by: 3) {
            watch.forget(pairs[index].0.number)
            pairs[index].0.close()
        }
        #expect(watch.ready().keys.sorted() == stride(from: 2, to: 100, by: 3).map { UInt64($0) })
    }

    @Test(
        "a callback may change what is watched while the others are handed out",
        arguments: Way.allCases)
    func changesInside(way: Way) {
        let watch = Watch(way)
        let pairs = (0..<10).map { _ in sockets() }
        for (index, pair) in pairs.enumerated() {
            watch.watch(pair.0.number, .read, token: UInt64(index))
            pair.1.send("x")
        }
        var seen = 0
        watch.poller.wait(atMost: 0) { _, _ in
            seen += 1
            for pair in pairs { watch.watch(pair.0.number, []) }
        }
        #expect(seen >= 1)
        #expect(watch.ready().isEmpty)
    }

    @Test("the wait ends when its time is over, and not before", arguments: Way.allCases)
    func timeout(way: Way) {
        let watch = Watch(way)
        let start = Reactor.seconds
        #expect(watch.ready(0.005).isEmpty)
        #expect(Reactor.seconds - start >= 0.005)
    }

    @Test("a regular file is always ready", arguments: Way.allCases)
    func regularFile(way: Way) throws {
        let watch = Watch(way)
        let file = RawPeer(unsafe open(#filePath, O_RDONLY))
        try #require(file.number >= 0)
        #expect(watch.watch(file.number, .read, token: 5))
        #expect(watch.ready(nil) == [5: .read])
        watch.watch(file.number, [])
        #expect(watch.ready().isEmpty)
        watch.watch(file.number, .read, token: 6)
        watch.forget(file.number)
        #expect(watch.ready().isEmpty)
    }

    @Test(
        "the kernel's milliseconds are rounded up, without end is -1, and far away is no overflow")
    func rounding() {
        #expect(milliseconds(nil) == -1)
        #expect(milliseconds(0) == 0)
        #expect(milliseconds(0.0001) == 1)
        #expect(milliseconds(1) == 1000)
        #expect(milliseconds(.infinity) == 86_400_000)
        #expect(milliseconds(1e300) == 86_400_000)
    }
}
