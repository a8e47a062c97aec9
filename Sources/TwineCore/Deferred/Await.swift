/// A function that waits in `try await deferred.value`.
@usableFromInline
@safe
final class Awaiter: AnyDeferred {
    @usableFromInline var continuation: UnsafeContinuation<Void, Never>?

    @usableFromInline
    init(_ continuation: UnsafeContinuation<Void, Never>) {
        unsafe self.continuation = unsafe continuation
        super.init(state: .derived)
    }

    @usableFromInline
    override func receive(from upstream: AnyDeferred) {
        unsafe continuation.take()?.resume()
    }
}

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
                    await fired()
                }
                // A Deferred that fired while paused served nobody; one that served this function
                // has its result, whatever its state is by now.
                if let failure { throw failure }
                if hasValue { return storedValue }
            }
        }
    }
}

extension AnyDeferred {
    /// Suspends the caller until the Deferred has fired and reached it.
    @usableFromInline
    final func fired() async {
        let routine = InlineRoutine.current
        routine?.waits(for: self)
        await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                unsafe add(Awaiter(continuation))
            }
        } onCancel: {
            Reactor.callNowOrFromThread { self.cancel() }
        }
        routine?.resumed(from: self)
    }
}
