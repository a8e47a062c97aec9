import Testing
import TwineCore

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct MaybeDeferredTests {
    @Test("H95: maybeDeferred turns a plain return into a fired Deferred")
    func value() {
        let argument = 5
        #expect(maybeDeferred { argument + 1 }.success == 6)
    }

    @Test("H96: maybeDeferred turns a thrown error into a failed Deferred")
    func thrown() {
        let deferred: Deferred<Int> = maybeDeferred { () throws -> Int in throw Oops("H96") }
        #expect(deferred.oops == Oops("H96"))
        deferred.consume()
        let other: Deferred<Int> = maybeDeferred { () throws -> Deferred<Int> in
            throw Oops("H96b")
        }
        #expect(other.oops == Oops("H96b"))
        other.consume()
    }

    @Test("H97: maybeDeferred hands an existing Deferred through, both outcomes")
    func handedThrough() {
        let deferred = Deferred<Int>()
        #expect(maybeDeferred { deferred } === deferred)
        let failed = fail(Oops("H97"), as: Int.self)
        #expect(maybeDeferred { failed } === failed)
        failed.consume()
    }

    @Test("H98: maybeDeferred runs an async function and gives its result or error")
    func asynchronous() async throws {
        let inner = Deferred<Int>()
        let deferred = maybeDeferred { try await inner.value + 1 }
        inner.callback(1)
        #expect(try await deferred.value == 2)
        let failing: Deferred<Int> = maybeDeferred { () async throws -> Int in
            _ = try await succeed(1).value
            throw Oops("H98")
        }
        await #expect(throws: Oops("H98")) { try await failing.value }
    }

    // H99 is kept by the types: each kind of function has an overload, others do not compile.

    @Test("H100: asTask ends with the Deferred's result")
    func task() async throws {
        let deferred = Deferred<Int>()
        let task = deferred.asTask()
        deferred.callback(3)
        #expect(try await task.value == 3)
        let failing = Deferred<Int>()
        let other = failing.asTask()
        failing.errback(Oops("H100"))
        await #expect(throws: Oops("H100")) { try await other.value }
    }

    @Test("H100: cancelling the Task cancels the Deferred")
    func taskCancelled() async {
        let deferred = Deferred<Int>()
        let task = deferred.asTask()
        task.cancel()
        await #expect(throws: CancelledError.self) { try await task.value }
        #expect(deferred.isCancelled)
    }

    @Test("H100: a Deferred that answers the cancel with a value is taken as it is")
    func taskAnswered() async throws {
        let deferred = Deferred<Int>(canceller: { $0.callback(8) })
        let task = deferred.asTask()
        task.cancel()
        #expect(try await task.value == 8)
    }

    @Test("H101: fromTask fires when the Task ends")
    func fromTask() async throws {
        let deferred = Deferred.fromTask(Task { 4 })
        #expect(try await deferred.value == 4)
        let failing = Deferred<Int>.fromTask(Task { throw Oops("H101") })
        await #expect(throws: Oops("H101")) { try await failing.value }
    }

    @Test("H101: a cancelled Task fails the Deferred, a cancelled Deferred cancels the Task")
    func fromCancelled() async {
        // What a Task does when it is cancelled is its own choice: this one waits for that.
        func endless() -> Task<Int, any Error> {
            Task {
                while !Task.isCancelled { await Task.yield() }
                throw CancelledError()
            }
        }
        let task = endless()
        let deferred = Deferred.fromTask(task)
        task.cancel()
        await #expect(throws: CancelledError.self) { try await deferred.value }
        let other = Deferred.fromTask(endless())
        other.cancel()
        await #expect(throws: CancelledError.self) { try await other.value }
    }
}
