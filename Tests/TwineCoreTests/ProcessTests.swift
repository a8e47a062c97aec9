import CTwine
import Testing

@testable import TwineCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct ProcessTests {
    @Test("L173: a program's input and output are the connection; status 0 is done")
    func cat() async throws {
        let user = HalfRecorder()
        _ = try await ProcessEndpoint("cat").connect { user }.value
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        user.transport?.write(bytes)
        user.transport?.write("end")
        user.transport?.loseWriteConnection()
        try await until { user.events.contains("read ended") }
        #expect(user.received == bytes + Array("end".utf8))
        try await until { user.isLost }
        #expect(user.reason == .done && user.events.contains("write ended"))
    }

    @Test("L173: another status, or a signal, is the reason of the loss")
    func statuses() async throws {
        for (script, expected) in [
            ("exit 3", "the program ended with status 3"),
            ("kill -9 $$", "the program was killed by signal 9 (Killed)"),
        ] {
            let user = Recorder()
            _ = try await ProcessEndpoint("sh", ["-c", script]).connect { user }.value
            try await until { user.isLost }
            #expect(user.reason == .layer(expected))
        }
    }

    @Test("L173: standard error can be dropped, and the environment given")
    func environment() async throws {
        let user = Recorder()
        let endpoint = ProcessEndpoint(
            "/bin/sh", ["-c", "echo no >&2; echo $A; ls /proc/self/fd 2>/dev/null | wc -l"],
            environment: ["A=b", "PATH=/usr/bin:/bin"], standardError: .dropped)
        _ = try await endpoint.connect { user }.value
        try await until { user.isLost }
        #expect(user.text.hasPrefix("b\n") && user.reason == .done)
        // 0, 1, 2 and the folder that ls reads: no descriptor of ours is inherited.
        let count = user.text.split(separator: "\n").last.map { $0.filter { $0 != " " } }
        #expect(count == "4" || count == "0", "\(user.text)")
    }

    @Test("a program that is not there fails the connection with ENOENT")
    func missing() async throws {
        await #expect(throws: SystemError(errno: ENOENT)) {
            try await ProcessEndpoint("/no/such/program").connect { Recorder() }.value
        }
    }

    @Test("abortConnection kills the program")
    func abort() async throws {
        let user = Recorder()
        _ = try await ProcessEndpoint("sleep", ["1000"]).connect { user }.value
        user.transport?.abortConnection()
        try await until { user.isLost }
        #expect(user.reason == .aborted)
    }

    @Test("a slow program holds the producer back, and gets it all")
    func backPressure() async throws {
        final class Source: Producer {
            var isPaused = false
            var pauses = 0
            func pauseProducing() { (isPaused, pauses) = (true, pauses + 1) }
            func resumeProducing() { isPaused = false }
            func stopProducing() {}
        }
        let user = Recorder()
        let source = Source()
        _ = try await ProcessEndpoint("sh", ["-c", "sleep 0.05; wc -c"]).connect { user }.value
        let transport = try #require(user.transport)
        transport.registerProducer(source, streaming: true)
        var written = 0
        while written < 1 << 20 {
            if !source.isPaused {
                transport.write([UInt8](repeating: 1, count: 16_384))
                written += 16_384
            }
            #expect(transport.bufferedCount < 200_000)
            try await turns(1)
        }
        transport.unregisterProducer()
        transport.loseWriteConnection()
        try await until { user.isLost }
        #expect(user.text.filter { $0.isNumber } == "1048576" && source.pauses > 0)
    }

    @Test("descriptors are handed on under the numbers asked for, in any order")
    func descriptors() async throws {
        var ends: [Int32] = [-1, -1]
        #expect(unsafe pipe(&ends) == 0)
        let process = try ChildProcess(
            "sh", ["-c", "echo one >&3; echo two >&4"], descriptors: [3: ends[1], 4: ends[1]])
        close(ends[1])
        #expect(try await process.ended.value.isSuccess)
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = unsafe read(ends[0], &buffer, 64)
        #expect(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self) == "one\ntwo\n")
        close(ends[0])
    }

    @Test("a process is told a signal, and how it ended is known once")
    func signal() async throws {
        let process = try ChildProcess("sleep", ["1000"])
        process.send(signal: SIGTERM)
        #expect(try await process.ended.value == .killed(signal: SIGTERM))
        process.send(signal: SIGTERM)
    }
}
