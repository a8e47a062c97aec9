/// Lets a fixed number of holders in at once; the others wait in line, first come, first served.
///
/// ```swift
/// let perHost = DeferredSemaphore(6)
/// perHost.run { getPage(url) }
/// ```
@Reactor
public final class DeferredSemaphore {
    /// How many may hold it at once.
    public let limit: Int
    /// How many more could have it now.
    public private(set) var tokens: Int

    private let line = WaitingLine<Void>()
    private var isHandingOver = false

    /// Makes a semaphore that is free.
    ///
    /// - Parameter limit: How many may hold it at once.
    /// - Precondition: `limit` is at least 1: with less, nobody would ever get in.
    public init(_ limit: Int) {
        precondition(limit >= 1, "a DeferredSemaphore needs at least one token, not \(limit)")
        self.limit = limit
        tokens = limit
    }

    /// How many wait.
    public var waitingCount: Int { line.count }

    /// Fires when the caller has a token: at once when one is free.
    ///
    /// Cancelling it while it waits leaves the line; later it has no effect.
    public func acquire(
        fileID: StaticString = #fileID, line place: UInt = #line
    ) -> Deferred<Void> {
        guard tokens > 0, line.count == 0 else { return line.join(fileID, place) }
        tokens -= 1
        return succeed((), fileID: fileID, line: place)
    }

    /// Gives a token back: the first in the line gets it before this returns.
    ///
    /// Called from inside a callback that another `release()` runs, it leaves that to the other:
    /// so a long line of functions that end at once does not grow the stack.
    ///
    /// - Precondition: The caller has a token.
    public func release() {
        precondition(tokens < limit, "a DeferredSemaphore was released more often than acquired")
        tokens += 1
        guard !isHandingOver else { return }
        isHandingOver = true
        while tokens > 0, let next = line.popFirst() {
            tokens -= 1
            next.callback(())
        }
        isHandingOver = false
    }

    /// Runs `body` with a token, and gives that back when it has returned or thrown.
    ///
    /// - Returns: The Deferred of what `body` returns or throws.
    @discardableResult
    public func run<Success>(
        fileID: StaticString = #fileID, line: UInt = #line,
        _ body: @escaping @Reactor () throws -> Success
    ) -> Deferred<Success> {
        acquire(fileID: fileID, line: line).addCallback(fileID: fileID, line: line) { _ in
            defer { self.release() }
            return try body()
        }
    }

    /// Runs `body` with a token, and gives that back when the Deferred that it returns has fired.
    ///
    /// - Returns: The Deferred of that one's result.
    @discardableResult
    public func run<Success>(
        fileID: StaticString = #fileID, line: UInt = #line,
        _ body: @escaping @Reactor () throws -> Deferred<Success>
    ) -> Deferred<Success> {
        acquire(fileID: fileID, line: line).addCallback(fileID: fileID, line: line) { _ in
            maybeDeferred(fileID: fileID, line: line, body)
                .addBoth(fileID: fileID, line: line) { result in
                    self.release()
                    return try result.get()
                }
        }
    }

    /// Runs an async `body` with a token, and gives that back however `body` ends.
    ///
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, or ``CancelledError`` while waiting for the token.
    public func withToken<Success>(
        fileID: StaticString = #fileID, line: UInt = #line,
        _ body: @Reactor () async throws -> Success
    ) async throws -> Success {
        try await acquire(fileID: fileID, line: line).value
        defer { release() }
        return try await body()
    }
}
