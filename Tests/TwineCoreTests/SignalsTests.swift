import CTwine
import Foundation
import Testing

@testable import TwineCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct SignalsTests {
    @Test("a signal is a call on the reactor, each time it comes")
    func calls() async throws {
        var count = 0
        try Reactor.onSignal(SIGUSR2) {
            #expect(Reactor.isCurrent)
            count += 1
        }
        for round in 1...5 {
            kill(getpid(), SIGUSR2)
            try await until { count >= round }
        }
        try Reactor.onSignal(SIGUSR2, nil)
    }

    @Test("a burst of signals is no trouble, and a second function takes the first one's place")
    func burst() async throws {
        var first = 0
        var second = 0
        try Reactor.onSignal(SIGWINCH) { first += 1 }
        try Reactor.onSignal(SIGWINCH) { second += 1 }
        for _ in 0..<10_000 { kill(getpid(), SIGWINCH) }
        try await until { second > 0 }
        try await turns(5)
        #expect(first == 0)
        #expect(second <= 10_000)
        try Reactor.onSignal(SIGWINCH, nil)
    }

    @Test("released, a signal does what it did before")
    func release() async {
        await #expect(processExitsWith: .signal(SIGTERM)) { try await dieOfReleasedSignal() }
    }

    @Test("a function may release its own signal")
    func releaseInside() async throws {
        var count = 0
        try Reactor.onSignal(SIGURG) {
            count += 1
            try? Reactor.onSignal(SIGURG, nil)
        }
        kill(getpid(), SIGURG)
        try await until { count == 1 }
        kill(getpid(), SIGURG)
        try await turns(5)
        #expect(count == 1)
    }

    @Test(
        "signals that cannot be caught are an error",
        arguments: [SIGKILL, SIGSTOP, 0, -1, 65, 1000])
    func uncatchable(signal: Int32) {
        #expect(throws: SystemError(errno: EINVAL)) { try Reactor.onSignal(signal) {} }
    }

    @Test("writing to a pipe that nobody reads does not end the program")
    func brokenPipe() async {
        await #expect(processExitsWith: .success) { try await writeToBrokenPipe() }
    }

    #if os(Linux)
    @Test("a program started from the reactor or from a worker thread takes every signal")
    func inheritedMask() async throws {
        #expect(try signalsOfChild("SigBlk") == 0)
        #expect(try await deferToThread { try signalsOfChild("SigBlk") }.value == 0)
        await #expect(processExitsWith: .success) { try await ignoreSIGPIPEButNotInChild() }
    }
    #endif
}

@Reactor
private func dieOfReleasedSignal() async throws {
    var count = 0
    try Reactor.onSignal(SIGTERM) { count += 1 }
    kill(getpid(), SIGTERM)
    try await until { count == 1 }
    try Reactor.onSignal(SIGTERM, nil)
    kill(getpid(), SIGTERM)
    try await until { count == 2 }
}

@Reactor
private func writeToBrokenPipe() async throws {
    var ends: [Int32] = [-1, -1]
    _ = unsafe pipe(&ends)
    close(ends[0])
    let written = unsafe write(ends[1], "x", 1)
    precondition(written < 0 && errno == EPIPE)
}

#if os(Linux)
@Reactor
private func ignoreSIGPIPEButNotInChild() async throws {
    signal(SIGPIPE, SIG_DFL)
    twine_ignore_sigpipe()
    try await writeToBrokenPipe()
    let ignored = try signalsOfChild("SigIgn")
    precondition(ignored & 1 << UInt64(SIGPIPE - 1) == 0)
}

/// The set of signals that the kernel has under this name for a child of this thread.
private nonisolated func signalsOfChild(_ set: String) throws -> UInt64 {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/bin/cat")
    child.arguments = ["/proc/self/status"]
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    let status = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    child.waitUntilExit()
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(set + ":\t") })
    let signals = try #require(UInt64(line.dropFirst(set.count + 2), radix: 16))
    // The C library keeps two for itself.
    return signals & ~(3 << 31)
}
#endif
