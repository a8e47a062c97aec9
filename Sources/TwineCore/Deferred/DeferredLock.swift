/// Lets one holder in at a time; the others wait in line, first come, first served.
@Reactor
public final class DeferredLock {
    private let semaphore = DeferredSemaphore(1)

    /// Makes a lock that is free.
    public init() {}

    /// Whether somebody has it.
    public var isLocked: Bool { semaphore.tokens == 0 }

    /// How many wait.
    public var waitingCount: Int { semaphore.waitingCount }

    /// Fires when the caller has the lock: at once when it is free.
    ///
    /// Cancelling it while it waits leaves the line; later it has no effect.
    public func acquire(
        fileID: StaticString = #fileID, line: UInt = #line
    ) -> Deferred<Void> {
        semaphore.acquire(fileID: fileID, line: line)
    }

    /// Gives it to the first in the line; see ``DeferredSemaphore/release()``.
    ///
    /// - Precondition: The caller has it.
    public func release() { semaphore.release() }

    /// Runs `body` with the lock, and gives that back when it has returned or thrown.
    ///
    /// - Returns: The Deferred of what `body` returns or throws.
    @discardableResult
    public func run<Success>(
        fileID: StaticString = #fileID, line: UInt = #line,
        _ body: @escaping @Reactor () throws -> Success
    ) -> Deferred<Success> {
        semaphore.run(fileID: fileID, line: line, body)
    }

    /// Runs `body` with the lock, and gives that back when the Deferred that it returns has fired.
    ///
    /// - Returns: The Deferred of that one's result.
    @discardableResult
    public func run<Success>(
        fileID: StaticString = #fileID, line: UInt = #line,
        _ body: @escaping @Reactor () throws -> Deferred<Success>
    ) -> Deferred<Success> {
        semaphore.run(fileID: fileID, line: line, body)
    }

    /// Runs an async `body` with the lock, and gives that back however `body` ends.
    ///
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, or ``CancelledError`` while waiting for the lock.
    public func withLock<Success>(
        fileID: StaticString = #fileID, line: UInt = #line,
        _ body: @Reactor () async throws -> Success
    ) async throws -> Success {
        try await semaphore.withToken(fileID: fileID, line: line, body)
    }
}
