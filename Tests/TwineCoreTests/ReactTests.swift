import Foundation
import Testing
import TwineCore

#if canImport(Glibc)
import Glibc
#endif

// Each test runs its program in a process of its own.
@Suite(.timeLimit(.minutes(2)))
struct ReactTests {
    @Test("K147: react runs the reactor until main's Deferred fires, then ends with status 0")
    func runsUntil() async {
        await #expect(processExitsWith: .exitCode(0)) {
            react { _ in deferLater(0.01) { 1 } }
        }
    }

    @Test("K147: it works if the Deferred had fired already")
    func firedAlready() async {
        await #expect(processExitsWith: .exitCode(0)) {
            react { _ in succeed(1) }
        }
    }

    @Test("K148: if main fails, the error is printed and the status is 1")
    func fails() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
        ) {
            react { _ -> Deferred<Int> in deferLater(0.001) { throw Oops("K148 says why") } }
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("K148 says why"))
    }

    @Test("K148: main may throw at once")
    func throwsAtOnce() async {
        await #expect(processExitsWith: .exitCode(1)) {
            react { (_: [String]) throws -> Deferred<Int> in throw Oops("K148") }
        }
    }

    @Test("K148: the status of a SystemExit is passed on")
    func systemExit() async {
        await #expect(processExitsWith: .exitCode(23)) {
            react { _ -> Deferred<Int> in fail(SystemExit(23)) }
        }
    }

    @Test("K149: it ends if the reactor is stopped by others, with status 0")
    func stoppedByOthers() async {
        await #expect(processExitsWith: .exitCode(0)) {
            react { _ -> Deferred<Int> in
                Reactor.callLater(0.001) { Reactor.stop() }
                return Deferred<Int>()
            }
        }
        await #expect(processExitsWith: .exitCode(0)) {
            react { _ -> Deferred<Int> in
                Reactor.stop()
                return Deferred<Int>()
            }
        }
    }

    @Test("K149: stopping twice, by main and by others, does no harm")
    func stoppedTwice() async {
        await #expect(processExitsWith: .exitCode(0)) {
            react { _ -> Deferred<Int> in
                let deferred = Deferred<Int>()
                Reactor.callLater(0.001) {
                    Reactor.stop()
                    deferred.callback(1)
                    Reactor.stop()
                }
                return deferred
            }
        }
    }

    @Test("K150: main gets the command line without the program's name")
    func arguments() async {
        await #expect(processExitsWith: .exitCode(0)) {
            react { arguments -> Deferred<Int> in
                let expected = Array(CommandLine.arguments.dropFirst())
                return arguments == expected ? succeed(1) : fail(SystemExit(9))
            }
        }
    }

    @Test("K150: main may be an async function")
    func asynchronous() async {
        await #expect(processExitsWith: .exitCode(4)) {
            react { _ in
                try await deferLater(0.001).value
                throw SystemExit(4)
            }
        }
    }

    @Test("K: the reactor can be run again and again by runReactor, and stop is never lost")
    func again() async {
        await #expect(processExitsWith: .exitCode(0)) {
            for round in 0..<200 {
                let status = runReactor { _ in
                    round % 2 == 0 ? succeed(1) : deferLater(0) { 1 }
                }
                precondition(status == 0)
            }
            exit(0)
        }
    }

    @Test("D: with TWINE_DEBUG=1, SIGUSR1 and the end of the program list what is pending")
    func pendingLists() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(0), observing: [\.standardErrorContent]
        ) {
            unsafe setenv("TWINE_DEBUG", "1", 1)
            react { _ -> Deferred<Void> in
                let left = Deferred<Int>(fileID: "A/Left.swift", line: 7)
                return deferLater(0.01).addCallback {
                    kill(getpid(), SIGUSR1)
                    return deferLater(0.05)
                }.addCallback {
                    _ = left.isFired
                    StandardErrorMark.write()
                    exit(0)
                }
            }
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        let parts = text.components(separatedBy: StandardErrorMark.text)
        let line = "1 pending: Deferred<Int> made at A/Left.swift:7"
        #expect(parts.count == 2 && parts.allSatisfy { $0.contains(line) }, "\(text)")
    }

    @Test("D: with TWINE_DEBUG=1 a callback that holds the reactor is reported with its place")
    func slowCallback() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(0), observing: [\.standardErrorContent]
        ) {
            unsafe setenv("TWINE_DEBUG", "1", 1)
            react { _ -> Deferred<Void> in
                deferLater(0.001).addCallback(fileID: "A/Slow.swift", line: 9) { _ in
                    usleep(150_000)
                }
            }
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("the reactor was held for 15"), "\(text)")
        #expect(text.contains("callback added at A/Slow.swift:9"), "\(text)")
    }

    @Test(
        "I113: with TWINE_DEBUG=1 the error that ends a program names where its Deferred was made")
    func placeOfError() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
        ) {
            unsafe setenv("TWINE_DEBUG", "1", 1)
            react { _ -> Deferred<Int> in
                let deferred = Deferred<Int>(fileID: "A/Failing.swift", line: 3)
                Reactor.callLater(0) { deferred.errback(Oops("I113")) }
                return deferred
            }
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("I113") && text.contains("A/Failing.swift:3"), "\(text)")
    }
}

enum StandardErrorMark {
    static let text = "--- now the end\n"
    static func write() { FileHandle.standardError.write(Data(text.utf8)) }
}
