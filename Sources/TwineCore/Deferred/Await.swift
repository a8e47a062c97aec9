extension Deferred {
    /// The value, waited for: the `yield` of Twisted's inlineCallbacks.
    ///
    /// A fired Deferred continues at once, without a trip through the reactor. Otherwise the
    /// function is suspended; the call that fires the Deferred puts it in the reactor's queue, and
    /// it resumes when that call's callback has returned, before any further event is looked at.
    ///
    /// Cancelling the Task that waits cancels the Deferred.
    ///
    /// - Throws: The error that it failed with.
    @inlinable
    public final var value: Success {
        get async throws {
            while true {
                if state.isReady {
                    state.insert(.taken)
                } else {
                    let awaiter = Awaiter(of: self)
                    if awaiter.isCancelledByRoutine {
                        await awaiter.suspend()
                    } else {
                        await awaiter.suspendUntilCancelled(self)
                    }
                    awaiter.resumed()
                }
                // A Deferred that fired while paused served nobody; one that served this function
                // has its result, whatever its state is by now.
                if let failure { throw failure }
                if hasValue { return storedValue }
            }
        }
    }
}

/// A function that waits in `try await deferred.value`.
@usableFromInline
@safe
final class Awaiter: AnyDeferred {
    /// The function that waits, where it is an `inlineCallbacks` one itself, and no task of its own.
    private let routine: InlineRoutine?
    /// The rest of the function, while it is suspended.
    @safe @exclusivity(unchecked) private var job: UnownedJob?
    @safe @exclusivity(unchecked) private var hasResult = false

    /// The one whose function is about to be suspended; its job comes to `Suspension` at once.
    @safe @exclusivity(unchecked)
    @usableFromInline static var next: Awaiter?

    @usableFromInline
    init(of deferred: AnyDeferred) {
        let routine = InlineRoutine.current
        self.routine = routine?.isCurrentTask == true ? routine : nil
        super.init(state: .derived)
        self.routine?.waits(for: deferred)
        deferred.add(self)
    }

    /// Nobody but its routine can cancel the function's Task, and the routine cancels the Deferred
    /// while the function waits for one.
    @usableFromInline
    var isCancelledByRoutine: Bool { routine != nil && !Task.isCancelled }

    @usableFromInline
    override func receive(from upstream: AnyDeferred) {
        hasResult = true
        resume()
    }

    private func resume() {
        guard hasResult, let job = job.take() else { return }
        unsafe Reactor.shared.loop.resume(job)
    }

    /// Suspends the caller until the Deferred has fired and reached it.
    @inlinable
    @inline(__always)
    func suspend() async {
        Awaiter.next = self
        await Suspension.over()
    }

    /// The same, and a cancelled Task cancels the Deferred.
    @usableFromInline
    func suspendUntilCancelled(_ deferred: AnyDeferred) async {
        await withTaskCancellationHandler {
            await suspend()
        } onCancel: {
            Reactor.callNowOrFromThread { deferred.cancel() }
        }
    }

    @usableFromInline
    func resumed() { routine?.resumed() }

    fileprivate func suspended(_ job: UnownedJob) {
        self.job = job
        resume()
    }
}

/// Where functions that wait for a Deferred are while they do: an actor whose executor keeps their
/// jobs until the Deferred fires, and then gives them to the reactor.
///
/// A continuation of the standard library would do the same at twice the cost: it always resumes
/// through the executor of no actor, which for most tasks is the pool of threads, and back.
@globalActor
@usableFromInline
actor Suspension {
    @usableFromInline static let shared = Suspension()
    private nonisolated let executor = Executor()
    @usableFromInline
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// What a suspended function does first when it goes on: next to nothing, but a call without
    /// any effect would be left out, and the way to this actor with it.
    @usableFromInline
    @Suspension @inline(never) static func over() { passed &+= 1 }
    @safe @exclusivity(unchecked) @Suspension private static var passed = 0

    private final class Executor: SerialExecutor {
        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            Reactor.assumeIsolated {
                guard let awaiter = Awaiter.next.take() else {
                    preconditionFailure("only Awaiter.suspend() comes here")
                }
                awaiter.suspended(job)
            }
        }
    }
}
