import Logging

/// Calls `body` and gives its value or its error as a Deferred that has fired.
@Reactor
@inlinable
public func maybeDeferred<Success>(
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @Reactor () throws -> Success
) -> Deferred<Success> {
    do {
        return succeed(try body(), fileID: fileID, line: line)
    } catch {
        return fail(error, fileID: fileID, line: line)
    }
}

/// Calls `body` and hands its Deferred through; what it throws becomes a failed one.
@Reactor
@inlinable
public func maybeDeferred<Success>(
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @Reactor () throws -> Deferred<Success>
) -> Deferred<Success> {
    do {
        return try body()
    } catch {
        return fail(error, fileID: fileID, line: line)
    }
}

/// Starts the async `body` on the reactor; the same as ``inlineCallbacks(fileID:line:_:)``.
@Reactor
public func maybeDeferred<Success>(
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Reactor () async throws -> Success
) -> Deferred<Success> {
    inlineCallbacks(fileID: fileID, line: line, body)
}

extension Deferred where Success: Sendable {
    /// A Swift Task that ends with this Deferred's result; cancelling it cancels the Deferred.
    public final func asTask() -> Task<Success, any Error> {
        Reactor.startTask { try await self.value }
    }

    /// The Deferred of a Swift Task's result; cancelling it cancels the Task.
    public static func fromTask(
        _ task: Task<Success, any Error>, fileID: StaticString = #fileID, line: UInt = #line
    ) -> Deferred<Success> {
        let deferred = Deferred(canceller: { _ in task.cancel() }, fileID: fileID, line: line)
        deferred.rare?.cancellerDecides = true
        Reactor.startTask { await deferred.fire(task.result) }
        return deferred
    }
}

/// Logs a failure and hands it on, so that it can stand in a chain: `d.addErrback(logError)`.
///
/// - Throws: The error given.
@Reactor
public func logError<Success>(_ error: any Error) throws -> Success {
    unsafe DeferredDebug.logger.error("\(error)")
    throw error
}
