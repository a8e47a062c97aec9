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
    private let fireOnOneCallback: Bool
    private let fireOnOneErrback: Bool

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
        self.fireOnOneCallback = fireOnOneCallback
        self.fireOnOneErrback = fireOnOneErrback
        let inputs = WeakMembers(members)
        super.init(
            canceller: { list in
                inputs.cancel { index in
                    (list as? DeferredList)?.take(.failure(CancelledError()), index)
                }
            }, fileID: fileID, line: line)
        rare?.cancellerDecides = true
        if members.isEmpty && !fireOnOneCallback { callback(.all([])) }
        for (index, member) in members.enumerated() {
            member.watch(takesFailure: consumeErrors, fileID: fileID, line: line) { outcome in
                self.take(outcome, index)
            }
        }
    }

    private func take(_ outcome: Result<Element, any Error>, _ index: Int) {
        guard outcomes[index] == nil else { return }
        outcomes[index] = outcome
        missing -= 1
        guard !isFired else { return }
        switch outcome {
        case .success(let value) where fireOnOneCallback:
            callback(.first(value, index: index))
        case .failure(let error) where fireOnOneErrback:
            errback(FirstError(error, index: index))
        default:
            if missing == 0 { callback(.all(outcomes.compactMap { $0 })) }
        }
    }
}

/// The members of a list as those who cancel them see them.
///
/// The members own the list, through what they run when they fire; the list does not own them, so
/// that both are freed when neither is needed any more. A member that is gone can never fire.
@Reactor
private struct WeakMembers<Success> {
    private struct Member {
        weak var deferred: Deferred<Success>?
    }
    private let members: [Member]

    init(_ members: [Deferred<Success>]) { self.members = members.map { Member(deferred: $0) } }

    /// Cancels them in order.
    ///
    /// - Parameters:
    ///   - kept: The place of one that is left alone.
    ///   - onGone: Called for each one that is gone.
    func cancel(except kept: Int? = nil, onGone: @Reactor (Int) -> Void) {
        for (index, member) in members.enumerated() where index != kept {
            if let deferred = member.deferred { deferred.cancel() } else { onGone(index) }
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
    let inputs = WeakMembers(deferreds)
    var failures = [(any Error)?](repeating: nil, count: deferreds.count)
    var missing = deferreds.count
    func fail(_ error: any Error, _ index: Int, _ winner: Deferred<(index: Int, value: Success)>) {
        guard !winner.isFired, failures[index] == nil else { return }
        failures[index] = error
        missing -= 1
        if missing == 0 { winner.errback(FailureGroup(failures.compactMap { $0 })) }
    }
    let winner = Deferred<(index: Int, value: Success)>(
        canceller: { winner in
            inputs.cancel { fail(CancelledError(), $0, winner) }
        }, fileID: fileID, line: line)
    if deferreds.isEmpty { winner.errback(FailureGroup([])) }
    for (index, member) in deferreds.enumerated() {
        member.watch(takesFailure: true, fileID: fileID, line: line) { outcome in
            switch outcome {
            case .success(let value):
                guard !winner.isFired else { return }
                winner.callback((index, value))
                inputs.cancel(except: index) { _ in }
            case .failure(let error):
                fail(error, index, winner)
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
        let node = Deferred<Void>.outcome(
            of: { (result: Result<Success, any Error>) in
                body(result)
                return .value(())
            }, fileID, line)
        if !takesFailure { node.state.insert(.watches) }
        add(node)
    }
}
