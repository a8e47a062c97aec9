extension Deferred {
    /// Cancels it when no result came within `seconds`; the failure is then ``TimeoutError``.
    ///
    /// A canceller that supplies a value or an error of its own wins over ``TimeoutError``, and a
    /// cancel by hand stays ``CancelledError``.
    ///
    /// - Parameters:
    ///   - seconds: How long to wait at most.
    ///   - clock: Whose time; the reactor's by default.
    ///   - fileID: Where it is added; kept with `TWINE_DEBUG=1` only.
    ///   - line: As `fileID`.
    ///   - onTimeout: What becomes of the result in place of ``TimeoutError``, given the result
    ///     after the cancel and the seconds.
    /// - Returns: The Deferred of the result in time, or of the timeout.
    @discardableResult
    public final func addTimeout(
        _ seconds: Double, clock: any ReactorTime = Reactor.clock,
        fileID: StaticString = #fileID, line: UInt = #line,
        onTimeout: (@Reactor (Result<Success, any Error>, Double) throws -> Success)? = nil
    ) -> Deferred<Success> {
        var timedOut = false
        let timer = clock.callLater(seconds, fileID: fileID, line: line) {
            timedOut = true
            self.cancel()
        }
        return addBoth(fileID: fileID, line: line) { result in
            if timer.isActive { timer.cancel() }
            guard timedOut else { return try result.get() }
            if let onTimeout { return try onTimeout(result, seconds) }
            if case .failure(is CancelledError) = result { throw TimeoutError(seconds: seconds) }
            return try result.get()
        }
    }
}
