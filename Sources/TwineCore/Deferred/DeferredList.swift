/// How a ``DeferredList`` ended.
public enum DeferredListResult<Success> {
    /// All have fired: their outcomes in the order of the list.
    case all([Result<Success, any Error>])
    /// The first success, with `fireOnOneCallback`, and its place in the list.
    case first(Success, index: Int)

    /// The outcomes in order, or the one that came first.
    public var results: [Result<Success, any Error>] {
        switch self {
        case .all(let results): results
        case .first(let value, _): [.success(value)]
        }
    }
}

/// Fires when all of its members have fired, with their outcomes in the order of the list.
///
/// An empty list fires at once, or never with `fireOnOneCallback`. Cancelling it cancels every
/// member; it still fires then, with the outcomes.
@Reactor
public final class DeferredList<Element>: Deferred<DeferredListResult<Element>> {
    private var outcomes: [Result<Element, any Error>?]
    private var missing: Int

    /// Makes the list; members that have fired already are taken at once.
    ///
    /// - Parameters:
    ///   - members: What to wait for.
    ///   - fireOnOneCallback: Fire at the first success, with
    ///     ``DeferredListResult/first(_:index:)``.
    ///   - fireOnOneErrback: Fail at the first failure, with ``FirstError``.
    ///   - consumeErrors: Count the members' failures as handled, whoever else waits for them.
    ///   - fileID: Where it is made; kept with `TWINE_DEBUG=1` only.
    ///   - line: As `fileID`.
    public init(
        _ members: [Deferred<Element>], fireOnOneCallback: Bool = false,
        fireOnOneErrback: Bool = false, consumeErrors: Bool = false,
        fileID: StaticString = #fileID, line: UInt = #line
    ) {
        outcomes = Array(repeating: nil, count: members.count)
        missing = members.count
        super.init(
            canceller: { _ in
                for member in members { member.cancel() }
            }, fileID: fileID, line: line)
        rare?.cancellerDecides = true
        if members.isEmpty && !fireOnOneCallback { callback(.all([])) }
        for (index, member) in members.enumerated() {
            member.watch(takesFailure: consumeErrors, fileID: fileID, line: line) { outcome in
                self.outcomes[index] = outcome
                self.missing -= 1
                guard !self.isFired else { return }
                switch outcome {
                case .success(let value) where fireOnOneCallback:
                    self.callback(.first(value, index: index))
                case .failure(let error) where fireOnOneErrback:
                    self.errback(FirstError(error, index: index))
                default:
                    if self.missing == 0 { self.callback(.all(self.outcomes.compactMap { $0 })) }
                }
            }
        }
    }
}

/// Fires with the values of all, in order, or fails with ``FirstError`` at the first failure.
///
/// Cancelling it cancels every member.
@Reactor
public func gatherResults<Success>(
    _ deferreds: [Deferred<Success>], consumeErrors: Bool = false,
    fileID: StaticString = #fileID, line: UInt = #line
) -> Deferred<[Success]> {
    DeferredList(
        deferreds, fireOnOneErrback: true, consumeErrors: consumeErrors, fileID: fileID, line: line
    ).addCallback(fileID: fileID, line: line) { try $0.results.map { try $0.get() } }
}

/// Fires with the first success and its place in the list, and cancels the others.
///
/// It fails, with ``FailureGroup``, only when all have failed. Cancelling it cancels every member.
@Reactor
public func race<Success>(
    _ deferreds: [Deferred<Success>], fileID: StaticString = #fileID, line: UInt = #line
) -> Deferred<(index: Int, value: Success)> {
    let winner = Deferred<(index: Int, value: Success)>(
        canceller: { _ in
            for member in deferreds { member.cancel() }
        }, fileID: fileID, line: line)
    var failures = [(any Error)?](repeating: nil, count: deferreds.count)
    var missing = deferreds.count
    if deferreds.isEmpty { winner.errback(FailureGroup([])) }
    for (index, member) in deferreds.enumerated() {
        member.watch(takesFailure: true, fileID: fileID, line: line) { outcome in
            guard !winner.isFired else { return }
            switch outcome {
            case .success(let value):
                winner.callback((index, value))
                for (other, loser) in deferreds.enumerated() where other != index {
                    loser.cancel()
                }
            case .failure(let error):
                failures[index] = error
                missing -= 1
                if missing == 0 { winner.errback(FailureGroup(failures.compactMap { $0 })) }
            }
        }
    }
    return winner
}

extension Deferred {
    /// Runs `body` with the result; unless it takes a failure, that stays unhandled.
    final func watch(
        takesFailure: Bool, fileID: StaticString, line: UInt,
        _ body: @escaping @Reactor (Result<Success, any Error>) -> Void
    ) {
        let node = ResultCallback<Success, Void>(
            { result in
                body(result)
                return .value(())
            }, fileID, line)
        if !takesFailure { node.state.insert(.watches) }
        add(node)
    }
}
