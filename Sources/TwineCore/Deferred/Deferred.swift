/// The promise of a result: a value, or an error, that comes later.
///
/// Functions hung on it run in the order added, synchronously, when it fires: before
/// ``callback(_:)`` or ``errback(_:)`` returns, or before `addCallback` returns when it had fired
/// already. Each sees the result; adding one returns the next Deferred, which has what the function
/// returned or threw, and through which the chain goes on:
///
/// ```swift
/// getPage(url)
///     .addCallback { page in try title(of: page) }
///     .addErrback { error in "no title: \(error)" }
///     .addCallback { print($0) }
/// ```
///
/// A function may return another Deferred; the chain then waits for that one. Inside an async
/// function, `try await deferred.value` reads the same result.
///
/// A failure is handled when anything downstream took it. The last Deferred of a chain that ends
/// in a failure reports it to the log when it is released, so that no error is lost silently.
@Reactor
@safe
public class Deferred<Success>: AnyDeferred {
    /// Makes a Deferred that waits for its result.
    ///
    /// - Parameters:
    ///   - canceller: Called once, with this Deferred, by ``AnyDeferred/cancel()``; it stops the
    ///     work, and may fire the Deferred itself. If it does not, the Deferred fails with
    ///     ``CancelledError``.
    ///   - fileID: Where it is made; kept with `TWINE_DEBUG=1` only.
    ///   - line: As `fileID`.
    @inlinable
    public init(
        canceller: (@Reactor (Deferred<Success>) -> Void)? = nil,
        fileID: StaticString = #fileID, line: UInt = #line
    ) {
        super.init(state: [])
        if let canceller {
            let rare = Rare()
            rare.canceller = { canceller(Self.known($0)) }
            self.rare = rare
        }
        if unsafe DeferredDebug.isEnabled { DeferredDebug.record(self, fileID, line) }
    }

    /// Makes a node of a chain.
    @inlinable
    init(_ fileID: StaticString, _ line: UInt, step: @escaping Step) {
        super.init(state: .derived, step: step)
        if unsafe DeferredDebug.isEnabled { DeferredDebug.record(self, fileID, line) }
    }

    deinit {
        guard hasValue else { return }
        let place = unsafe place
        unsafe place.deinitialize(count: 1)
        if !Self.fits { unsafe place.deallocate() }
    }

    // MARK: The value

    /// Whether a value can lie in the node itself.
    @inlinable
    nonisolated static var fits: Bool {
        MemoryLayout<Success>.size <= MemoryLayout<(UInt, UInt, UInt)>.size
            && MemoryLayout<Success>.alignment <= MemoryLayout<UInt>.alignment
    }

    @inlinable nonisolated final var hasValue: Bool {
        state.intersection([.fired, .failed]) == .fired
    }

    /// Where the value lies; only while there is one.
    ///
    /// Not isolated: a closure that is would be checked for its thread, at several times the cost
    /// of the access.
    @inlinable
    nonisolated final var place: UnsafeMutablePointer<Success> {
        let room = unsafe roomAddress
        guard Self.fits else {
            return unsafe room.assumingMemoryBound(to: UnsafeMutablePointer<Success>.self).pointee
        }
        return unsafe room.assumingMemoryBound(to: Success.self)
    }

    /// The value; the caller knows that there is one.
    @inlinable final var storedValue: Success { unsafe place.pointee }

    /// Notes a value as its result; what waits is served by the caller.
    @inlinable
    final func settle(value: Success) {
        if !Self.fits {
            unsafe roomAddress.initializeMemory(
                as: UnsafeMutablePointer<Success>.self,
                to: UnsafeMutablePointer<Success>.allocate(capacity: 1))
        }
        unsafe place.initialize(to: value)
        state.insert(.fired)
        settled()
    }

    @inlinable final var result: Result<Success, any Error>? {
        if let failure { return .failure(failure) }
        return hasValue ? .success(storedValue) : nil
    }

    // MARK: Firing

    /// Fires it with a value: its callbacks run before this returns.
    ///
    /// - Parameters:
    ///   - value: Its result.
    ///   - fileID: Where it is fired; kept with `TWINE_DEBUG=1` only.
    ///   - line: As `fileID`.
    /// - Returns: Nothing, or the error that it had fired before; that is a mistake of the caller
    ///   and is logged, the result does not change, and the chain lives on.
    @inlinable
    @discardableResult
    public final func callback(
        _ value: Success, fileID: StaticString = #fileID, line: UInt = #line
    ) -> AlreadyCalledError? {
        guard state.intersection([.fired, .derived]) == [] else { return refuse() }
        if state.contains(.recorded) { DeferredDebug.noteFired(self, fileID, line) }
        settle(value: value)
        serve()
        return nil
    }

    /// Fires it with an error: its errbacks run before this returns.
    ///
    /// - Returns: As ``callback(_:)``.
    @inlinable
    @discardableResult
    public final func errback(
        _ error: any Error, fileID: StaticString = #fileID, line: UInt = #line
    ) -> AlreadyCalledError? {
        fire(.failure(error), fileID: fileID, line: line)
    }

    /// Fires it with a result of either kind.
    ///
    /// - Returns: As ``callback(_:)``.
    @inlinable
    @discardableResult
    public final func fire(
        _ result: Result<Success, any Error>, fileID: StaticString = #fileID, line: UInt = #line
    ) -> AlreadyCalledError? {
        guard state.intersection([.fired, .derived]) == [] else { return refuse() }
        if state.contains(.recorded) { DeferredDebug.noteFired(self, fileID, line) }
        settle(result)
        serve()
        return nil
    }

    @usableFromInline
    final func refuse() -> AlreadyCalledError? {
        if state.contains(.swallows) {
            state.remove(.swallows)
            return nil
        }
        return DeferredDebug.reportAlreadyCalled(ObjectIdentifier(self))
    }

    @inlinable
    final func settle(_ result: Result<Success, any Error>) {
        switch result {
        case .success(let value): settle(value: value)
        case .failure(let error): settle(failure: error)
        }
    }

    /// The same object by its type, which the caller knows.
    @inlinable
    static func known(_ node: AnyDeferred) -> Deferred<Success> {
        unsafe unsafeDowncast(node, to: Deferred<Success>.self)
    }

    /// Takes what a callback returned: goes on with its result, or waits for it.
    @inlinable
    final func follow(_ inner: Deferred<Success>) {
        if inner.state.isReady, inner.firstWaiting == nil { return take(over: inner) }
        guard inner !== self, !isAwaited(by: inner) else {
            return settle(.failure(CircularDeferredError()))
        }
        state.insert(.adopting)
        inner.append(self)
    }

    /// Whether `inner` waits for this Deferred, directly or through others.
    ///
    /// Circles are made near by: looking further would make long recursions quadratic.
    @usableFromInline
    final func isAwaited(by inner: AnyDeferred) -> Bool {
        var next = inner.upstream
        for _ in 0..<64 {
            guard let node = unsafe next else { return false }
            if unsafe node.toOpaque() == Unmanaged.passUnretained(self).toOpaque() { return true }
            unsafe next = unsafe node._withUnsafeGuaranteedRef { $0.upstream }
        }
        return false
    }

    @inlinable
    final func take(over inner: Deferred<Success>) {
        inner.state.insert(.taken)
        if let failure = inner.failure {
            settle(failure: failure)
        } else {
            settle(value: inner.storedValue)
        }
    }

    @usableFromInline
    final override func adopt(from inner: AnyDeferred) {
        take(over: Self.known(inner))
    }

    @usableFromInline
    override class nonisolated var displayName: String { "Deferred<\(Success.self)>" }

    @usableFromInline
    override var condition: String {
        switch result {
        case .success(let value): " = \(value)"
        case .failure(let error): " failed: \(error)"
        case nil: super.condition
        }
    }
}

extension Deferred {
    /// The result of a Deferred that has fired; nil before that.
    ///
    /// Reading it takes no failure.
    public final var current: Result<Success, any Error>? { result }
}

/// A Deferred that has fired with `value` already.
@Reactor
@inlinable
public func succeed<Success>(
    _ value: Success, fileID: StaticString = #fileID, line: UInt = #line
) -> Deferred<Success> {
    let deferred = Deferred<Success>(fileID: fileID, line: line)
    deferred.callback(value, fileID: fileID, line: line)
    return deferred
}

/// A Deferred that has failed with `error` already.
@Reactor
@inlinable
public func fail<Success>(
    _ error: any Error, as type: Success.Type = Success.self,
    fileID: StaticString = #fileID, line: UInt = #line
) -> Deferred<Success> {
    let deferred = Deferred<Success>(fileID: fileID, line: line)
    deferred.errback(error, fileID: fileID, line: line)
    return deferred
}
