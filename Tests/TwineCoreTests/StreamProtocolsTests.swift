import Foundation
import Testing
import TwineTesting

@testable import TwineCore

@Reactor
private final class Lines: LineReceiver {
    var log: [String] = []
    var onLine: (@Reactor (String) -> Void)?
    var onRaw: (@Reactor ([UInt8]) -> Void)?

    override func lineReceived(_ line: [UInt8]) {
        log.append(String(decoding: line, as: UTF8.self))
        onLine?(log[log.count - 1])
    }
    override func rawDataReceived(_ bytes: [UInt8]) {
        log.append("raw:" + String(decoding: bytes, as: UTF8.self))
        onRaw?(bytes)
    }
}

@Reactor
private final class TooLong: LineReceiver {
    var log: [String] = []
    override func lineReceived(_ line: [UInt8]) { log.append("\(line.count)") }
    override func lineLengthExceeded(_ bytes: [UInt8]) { log.append("too long: \(bytes.count)") }
}

@Reactor
private final class OnlyLines: LineOnlyReceiver {
    var log: [String] = []
    override func lineReceived(_ line: [UInt8]) {
        log.append(String(decoding: line, as: UTF8.self))
    }
}

@Reactor
private final class Strings: StringReceiver {
    var log: [String] = []
    var onString: (@Reactor (String) -> Void)?
    override func stringReceived(_ string: [UInt8]) {
        log.append(String(decoding: string, as: UTF8.self))
        onString?(log[log.count - 1])
    }
}

@Reactor
private final class Limited: StringReceiver {
    var exceeded: [Int] = []
    var strings = 0
    override func stringReceived(_ string: [UInt8]) { strings += 1 }
    override func lengthLimitExceeded(_ length: Int) { exceeded.append(length) }
}

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct StreamProtocolsTests {
    private let sent = Array("a\r\n\r\nlonger line\r\n\rb\n\r\r\nlast\r\nrest".utf8)
    private let lines = ["a", "", "longer line", "\rb\n\r", "last"]

    @Test("M175, M182: the same lines for every cut", arguments: 1...32)
    func cuts(_ size: Int) {
        let (lines, onlyLines) = (Lines(), OnlyLines())
        for user in [lines, onlyLines] as [any StreamProtocol] {
            let transport = MemoryTransport()
            transport.attach(user)
            for start in stride(from: 0, to: sent.count, by: size) {
                transport.receive(Array(sent[start..<min(sent.count, start + size)]))
            }
        }
        #expect(lines.log == self.lines && onlyLines.log == self.lines)
        #expect(String(decoding: lines.clearLineBuffer(), as: UTF8.self) == "rest")
    }

    @Test("M176: line and raw mode change from inside of a callback, what is left counts at once")
    func modes() {
        let user = Lines()
        let transport = MemoryTransport()
        transport.attach(user)
        user.onLine = { line in if line.hasPrefix("raw") { user.setRawMode() } }
        user.onRaw = { bytes in
            user.setLineMode(Array(bytes.drop { $0 != UInt8(ascii: ".") }.dropFirst()))
        }
        transport.receive("a\r\nraw\r\n123.b\r\nraw\r\n.c\r\n")
        #expect(
            user.log == ["a", "raw", "raw:123.b\r\nraw\r\n.c\r\n", "b", "raw", "raw:.c\r\n", "c"])
    }

    @Test("M176: ten thousand changes of mode in one piece do not grow the stack")
    func manyModes() {
        let user = Lines()
        let transport = MemoryTransport()
        transport.attach(user)
        user.onLine = { _ in user.setRawMode() }
        user.onRaw = { bytes in user.setLineMode(Array(bytes.dropFirst())) }
        transport.receive(String(repeating: "l\r\nx", count: 10_000))
        #expect(user.log.count { $0 == "l" } == 10_000)
    }

    @Test("M177: pausing in a callback stops there, resuming goes on, stopping ends it")
    func pausing() {
        let user = Lines()
        let transport = MemoryTransport()
        transport.attach(user)
        user.onLine = { line in if line == "pause" { user.pauseProducing() } }
        transport.receive("a\r\npause\r\nb\r\npause\r\nc\r\n")
        #expect(user.log == ["a", "pause"] && transport.isReadingPaused)
        user.resumeProducing()
        #expect(user.log == ["a", "pause", "b", "pause"] && transport.isReadingPaused)
        user.resumeProducing()
        #expect(user.log.last == "c" && !transport.isReadingPaused)
        user.onLine = { _ in user.stopProducing() }
        transport.receive("d\r\ne\r\n")
        #expect(user.log.last == "d" && transport.isClosing)
    }

    @Test(
        "M178, M179, M182: a line of the greatest length is one, a longer one closes",
        arguments: [0, 1])
    func longest(_ extra: Int) {
        for pieces in [1, 7] {
            for user in [Lines(), OnlyLines()] as [any StreamProtocol] {
                let transport = MemoryTransport()
                transport.attach(user)
                let octets = [UInt8](repeating: 120, count: 16_384 + extra) + [13, 10]
                let size = (octets.count + pieces - 1) / pieces
                for start in stride(from: 0, to: octets.count, by: size) {
                    transport.receive(Array(octets[start..<min(octets.count, start + size)]))
                }
                #expect(transport.isClosing == (extra > 0))
                let count = (user as? Lines)?.log.count ?? (user as? OnlyLines)?.log.count
                #expect(count == 1 - extra)
            }
        }
    }

    @Test("M179: the delimiter's first octet, in a piece by itself, does not count")
    func partialDelimiter() {
        let user = Lines(maxLength: 3)
        let transport = MemoryTransport()
        transport.attach(user)
        for piece in ["abc", "\r", "\n", "abc\r", "\nab", "c"] { transport.receive(piece) }
        #expect(user.log == ["abc", "abc"] && !transport.isClosing)
    }

    @Test("M180: all the octets that were there, after the lines before them")
    func exceeded() {
        let user = TooLong(maxLength: 5)
        let transport = MemoryTransport()
        transport.attach(user)
        transport.receive("abc\r\nabcdefgh\r\nab\r\n")
        #expect(user.log == ["3", "too long: 14"])
        transport.receive("x\r\n")
        #expect(user.log.last == "1")
    }

    @Test("M181: what is buffered can be taken in a callback")
    func clear() {
        let user = Lines()
        let transport = MemoryTransport()
        transport.attach(user)
        var taken: [UInt8] = []
        user.onLine = { _ in taken = user.clearLineBuffer() }
        transport.receive("a\r\nb\r\nc")
        #expect(user.log == ["a"] && String(decoding: taken, as: UTF8.self) == "b\r\nc")
        transport.receive("d\r\n")
        #expect(user.log == ["a", "d"])
    }

    // MARK: Strings with lengths

    private let strings = ["", "a", "5:hello,", String(repeating: "x", count: 200), "0:,"]

    @Test(
        "M183, M185: strings of every prefix, for every cut",
        arguments: [StringFramer.Prefix.netstring, .int8, .int16, .int32])
    func strings(_ prefix: StringFramer.Prefix) throws {
        let framer = StringFramer(prefix)
        let octets = try strings.flatMap { try framer.frame(Array($0.utf8)) }
        for size in 1...octets.count {
            let user = Strings(prefix)
            let transport = MemoryTransport()
            transport.attach(user)
            for start in stride(from: 0, to: octets.count, by: size) {
                transport.receive(Array(octets[start..<min(octets.count, start + size)]))
            }
            #expect(user.log == strings && !transport.isClosing && user.rest.isEmpty)
        }
        let sender = Strings(prefix)
        let transport = MemoryTransport()
        transport.attach(sender)
        for string in strings { try sender.sendString(Array(string.utf8)) }
        #expect(transport.takeWritten() == octets)
    }

    @Test(
        "M184: what is no netstring closes the connection",
        arguments: [
            ":", ",", "a:", "5", "05:hello,", "00:,", "-1:a,", "5hello,", "5:hello;", "5:helloo,",
            " 1:a,", "1 :a,", "100000:", "999999999999999999999:", "100000",
        ])
    func badNetstrings(_ text: String) {
        let user = Strings(.netstring)
        let transport = MemoryTransport()
        transport.attach(user)
        transport.receive("1:a,")
        transport.receive(text)
        #expect(user.log == ["a"])
        #expect(transport.isClosing == (text != "5"), "\(text)")
        transport.receive("1:b,")
        #expect(user.log == ["a"])
    }

    @Test("M184: a length of 99999 is fine, as the string may come")
    func longestNetstring() throws {
        let user = Strings(.netstring)
        let transport = MemoryTransport()
        transport.attach(user)
        transport.receive(
            try StringFramer(.netstring).frame([UInt8](repeating: 120, count: 99_999)))
        #expect(user.log.count == 1 && !transport.isClosing)
    }

    @Test("M185: too long to send throws; too long a length is told, and nothing is delivered")
    func limits() throws {
        #expect(throws: StringTooLong(count: 256, limit: 255)) {
            try StringFramer(.int8).frame([UInt8](repeating: 1, count: 256))
        }
        #expect(throws: StringTooLong(count: 65_536, limit: 65_535)) {
            try StringFramer(.int16).frame([UInt8](repeating: 1, count: 65_536))
        }
        let user = Limited(.int16, maxLength: 10)
        let transport = MemoryTransport()
        transport.attach(user)
        transport.receive([0, 10] + [UInt8](repeating: 1, count: 10) + [0, 11, 1])
        #expect(user.strings == 1 && user.exceeded == [11])
        let usual = Strings(.int32, maxLength: 10)
        let other = MemoryTransport()
        other.attach(usual)
        other.receive([255, 255, 255, 255])
        #expect(other.isClosing)
    }

    @Test("M186: the rest can be read and replaced in a callback")
    func handOver() {
        let user = Strings(.int8)
        let transport = MemoryTransport()
        transport.attach(user)
        var seen: [UInt8] = []
        user.onString = { string in
            guard string == "switch" else { return }
            seen = user.rest
            user.rest = [1, 98]
        }
        transport.receive([1, 97, 6] + Array("switch".utf8) + [9, 9, 9])
        #expect(seen == [9, 9, 9] && user.log == ["a", "switch", "b"])
    }

    // MARK: Files

    private func temporary(_ octets: [UInt8]) throws -> String {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))").path
        try Data(octets).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test("M187: a file goes in pieces, each of which may be changed; the last octet is told")
    func fileSender() async throws {
        let octets = (0..<150_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let path = try temporary(octets)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let user = Recorder()
        let transport = MemoryTransport()
        transport.attach(user)
        var pieces: [Int] = []
        let sender = FileSender(try OpenFile(path)) { piece in
            pieces.append(piece.count)
            return piece.map { $0 ^ 1 }
        }
        var last: UInt8??
        sender.send(on: transport).addCallback { last = $0 }
        while transport.producer != nil { sender.resumeProducing() }
        #expect(pieces == [65_536, 65_536, 18_928])
        #expect(transport.takeWritten() == octets.map { $0 ^ 1 })
        #expect(last == .some(octets[149_999] ^ 1) && sender.sent == 150_000)
        var empty: UInt8??
        FileSender(try OpenFile(path), 5..<5).send(on: transport).addCallback { empty = $0 }
        #expect(empty == .some(nil))
    }

    @Test("M187: told to stop, it fails; a file that got shorter is found out")
    func fileSenderFails() async throws {
        let path = try temporary([UInt8](repeating: 1, count: 100_000))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let transport = MemoryTransport()
        transport.attach(Recorder())
        var failure: (any Error)?
        let sender = FileSender(try OpenFile(path))
        sender.send(on: transport).addErrback { error in
            failure = error
            return nil
        }
        sender.stopProducing()
        #expect(failure as? ConnectionLost == .aborted)
        let short = FileSender(try OpenFile(path))
        short.send(on: transport).addErrback { error in
            failure = error
            return nil
        }
        #expect(unsafe truncate(path, 70_000) == 0)
        while transport.producer != nil { short.resumeProducing() }
        #expect(failure as? FileTooShort == FileTooShort(expected: 100_000, actual: 70_000))
    }

    @Test("M187: over TCP the file goes without a copy, to a reader in its own time")
    func sendfile() async throws {
        let octets = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 12) }
        let path = try temporary(octets)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try OpenFile(path)
        let user = Recorder()
        let peer = try await Pair.tcp(user)
        user.transport?.write("head")
        let sending = FileSender(file, 1000..<2_900_000).send(on: try #require(user.transport))
        user.transport?.loseConnection()
        let (back, last) = try await peer.readToEnd()
        #expect(back == Array("head".utf8) + octets[1000..<2_900_000] && last == .end)
        #expect(try await sending.value == octets[2_899_999])
    }
}

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct FilesystemLockTests {
    private func path() -> String { "/tmp/twine-lock-\(UInt32.random(in: 0 ... .max))" }

    @Test("J131: free, it is taken at once; taken, it is waited for; given back, it goes on")
    func waits() throws {
        let (path, clock) = (path(), ManualClock())
        let (first, second) = (
            FilesystemLock(path, clock: clock), FilesystemLock(path, clock: clock)
        )
        var log: [String] = []
        first.acquire().addCallback { log.append("first") }
        second.acquire().addCallback { log.append("second") }
        #expect(log == ["first"] && first.isLocked && !second.isLocked)
        clock.advance(1)
        #expect(log == ["first"])
        #expect(try !first.lock(), "it is this object's already")
        first.unlock()
        clock.advance(0.2)
        #expect(log == ["first", "second"] && second.isLocked && clock.delayedCalls.isEmpty)
        second.unlock()
        #expect(try FilesystemLock(path).lock())
        #expect(unsafe unlink(path) == 0)
    }

    @Test("J131: the time ends, a second wait is refused, and cancelling stops the timer")
    func ends() throws {
        let (path, clock) = (path(), ManualClock())
        let (first, second) = (
            FilesystemLock(path, clock: clock), FilesystemLock(path, clock: clock)
        )
        #expect(try first.lock())
        var failures: [any Error] = []
        second.acquire(timeout: 0.5).addErrback { failures.append($0) }
        second.acquire().addErrback { failures.append($0) }
        #expect(failures.first as? AlreadyWaiting == AlreadyWaiting(path: path))
        clock.advance(0.6)
        #expect(failures.last as? TimeoutError == TimeoutError(seconds: 0.5))
        #expect(clock.delayedCalls.isEmpty)
        let waiting = second.acquire()
        waiting.addErrback { failures.append($0) }
        waiting.cancel()
        #expect(failures.last is CancelledError && clock.delayedCalls.isEmpty)
        second.unlock()
        #expect(first.isLocked)
        first.unlock()
        #expect(FilesystemLock("/no/such/folder/lock").acquire().isFired)
    }

    @Test("J131: the lock of a process that is gone is taken over, that of a living one is not")
    func stale() async throws {
        let path = path()
        let child = try ChildProcess("true")
        _ = try await child.ended.value
        #expect(unsafe symlink("\(child.identifier)", path) == 0)
        let lock = FilesystemLock(path)
        #expect(try lock.lock())
        lock.unlock()
        #expect(unsafe symlink("1", path) == 0)
        #expect(try !lock.lock())
        #expect(unsafe unlink(path) == 0)
    }
}
