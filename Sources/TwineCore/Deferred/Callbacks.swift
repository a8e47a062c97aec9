// The kinds of function that can hang on a Deferred. The two common kinds have a node of their
// own, so that one callback is one object and the user's closure, with nothing around it.

/// `addCallback` with a function that returns a value.
@usableFromInline
final class ValueCallback<Input, Success>: Deferred<Success> {
    @usableFromInline var body: (@Reactor (Input) throws -> Success)?

    @inlinable
    init(
        _ body: @escaping @Reactor (Input) throws -> Success, _ fileID: StaticString, _ line: UInt
    ) {
        self.body = body
        super.init(derivedAt: fileID, line)
    }

    @usableFromInline
    override func receive(from upstream: AnyDeferred) {
        let upstream = unsafe unsafeDowncast(upstream, to: Deferred<Input>.self)
        guard let body = self.body.take(), let result = unsafe upstream.result else { return }
        switch result {
        case .success(let value):
            do {
                settle(.success(try body(value)))
            } catch {
                settle(.failure(error))
            }
        case .failure(let error):
            settle(.failure(error))
        }
    }
}

/// `addCallback` with a function that returns a Deferred.
@usableFromInline
final class DeferredCallback<Input, Success>: Deferred<Success> {
    @usableFromInline var body:
        (@Reactor (Input) throws -> Deferred<Success>)?

    @inlinable
    init(
        _ body: @escaping @Reactor (Input) throws -> Deferred<Success>,
        _ fileID: StaticString, _ line: UInt
    ) {
        self.body = body
        super.init(derivedAt: fileID, line)
    }

    @usableFromInline
    override func receive(from upstream: AnyDeferred) {
        let upstream = unsafe unsafeDowncast(upstream, to: Deferred<Input>.self)
        guard let body = self.body.take(), let result = unsafe upstream.result else { return }
        switch result {
        case .success(let value):
            do {
                follow(try body(value))
            } catch {
                settle(.failure(error))
            }
        case .failure(let error):
            settle(.failure(error))
        }
    }
}

/// What the function of a ``ResultCallback`` gives: a value now, or a Deferred to wait for.
@usableFromInline
enum Outcome<Success> {
    case value(Success)
    case deferred(Deferred<Success>)
}

/// All other kinds: the function sees the whole result.
@usableFromInline
final class ResultCallback<Input, Success>: Deferred<Success> {
    @usableFromInline typealias Body =
        @Reactor (Result<Input, any Error>) throws -> Outcome<Success>
    @usableFromInline var body: Body?

    @inlinable
    init(_ body: @escaping Body, _ fileID: StaticString, _ line: UInt) {
        self.body = body
        super.init(derivedAt: fileID, line)
    }

    @usableFromInline
    override func receive(from upstream: AnyDeferred) {
        let upstream = unsafe unsafeDowncast(upstream, to: Deferred<Input>.self)
        guard let body = self.body.take(), let result = unsafe upstream.result else { return }
        do {
            switch try body(result) {
            case .value(let value): settle(.success(value))
            case .deferred(let inner): follow(inner)
            }
        } catch {
            settle(.failure(error))
        }
    }
}

extension Deferred {
    /// Runs `body` with the value; a failure passes by.
    ///
    /// - Returns: The Deferred of what `body` returns or throws.
    @inlinable
    @discardableResult
    public final func addCallback<NewSuccess>(
        fileID: StaticString = #fileID, line: UInt = #line,
        _ body: @escaping @Reactor (Success) throws -> NewSuccess
    ) -> Deferred<NewSuccess> {
        let node = ValueCallback<Success, NewSuccess>(body, fileID, line)
        add(node)
        return node
    }

    /// Runs `body` with the value and waits for the Deferred that it returns.
    ///
    /// - Returns: The Deferred of that one's result.
    @inlinable
    @discardableResult
    public final func addCallback<NewSuccess>(
        fileID: StaticString = #fileID, line: UInt = #line,
        _ body: @escaping @Reactor (Success) throws -> Deferred<NewSuccess>
    ) -> Deferred<NewSuccess> {
        let node = DeferredCallback<Success, NewSuccess>(body, fileID, line)
        add(node)
        return node
    }

    /// Runs `body` with the error; a value passes by.
    ///
    /// - Returns: The Deferred of the value, or of what `body` returns in its place or throws.
    @inlinable
    @discardableResult
    public final func addErrback(
        fileID: StaticString = #fileID, line: UInt = #line,
        _ body: @escaping @Reactor (any Error) throws -> Success
    ) -> Deferred<Success> {
        addOutcome(fileID, line) { result in
            switch result {
            case .success(let value): .value(value)
            case .failure(let error): .value(try body(error))
            }
        }
    }

    /// Runs `body` with the error and waits for the Deferred that it returns.
    ///
    /// - Returns: The Deferred of the value, or of that one's result.
    @inlinable
    @discardableResult
    public final func addErrback(
        fileID: StaticString = #fileID, line: UInt = #line,
        _ body: @escaping @Reactor (any Error) throws -> Deferred<Success>
    ) -> Deferred<Success> {
        addOutcome(fileID, line) { result in
            switch result {
            case .success(let value): .value(value)
            case .failure(let error): .deferred(try body(error))
            }
        }
    }

    /// Runs one of two functions: the first with the value, or the second with the error.
    ///
    /// An error that the first one throws does not reach the second, but what is added next.
    ///
    /// - Returns: The Deferred of what the one that ran returns or throws.
    @inlinable
    @discardableResult
    public final func addCallbacks<NewSuccess>(
        fileID: StaticString = #fileID, line: UInt = #line,
        _ callback: @escaping @Reactor (Success) throws -> NewSuccess,
        _ errback: (@Reactor (any Error) throws -> NewSuccess)?
    ) -> Deferred<NewSuccess> {
        addOutcome(fileID, line) { result in
            switch result {
            case .success(let value): return .value(try callback(value))
            case .failure(let error):
                guard let errback else { throw error }
                return .value(try errback(error))
            }
        }
    }

    /// Runs `body` in either case.
    ///
    /// - Returns: The Deferred of what `body` returns or throws.
    @inlinable
    @discardableResult
    public final func addBoth<NewSuccess>(
        fileID: StaticString = #fileID, line: UInt = #line,
        _ body: @escaping @Reactor (Result<Success, any Error>) throws -> NewSuccess
    ) -> Deferred<NewSuccess> {
        addOutcome(fileID, line) { .value(try body($0)) }
    }

    /// Runs `body` in either case and waits for the Deferred that it returns.
    ///
    /// - Returns: The Deferred of that one's result.
    @inlinable
    @discardableResult
    public final func addBoth<NewSuccess>(
        fileID: StaticString = #fileID, line: UInt = #line,
        _ body: @escaping @Reactor (Result<Success, any Error>) throws -> Deferred<NewSuccess>
    ) -> Deferred<NewSuccess> {
        addOutcome(fileID, line) { .deferred(try body($0)) }
    }

    @inlinable
    final func addOutcome<NewSuccess>(
        _ fileID: StaticString, _ line: UInt,
        _ body: @escaping @Reactor (Result<Success, any Error>) throws -> Outcome<NewSuccess>
    ) -> Deferred<NewSuccess> {
        let node = ResultCallback<Success, NewSuccess>(body, fileID, line)
        add(node)
        return node
    }

    /// Fires `other` with whatever this one gets; firing `other` does not touch this one.
    ///
    /// - Parameter other: A Deferred that nobody else fires.
    public final func chainDeferred(
        _ other: Deferred<Success>, fileID: StaticString = #fileID, line: UInt = #line
    ) {
        _ = addOutcome(fileID, line) { result -> Outcome<Void> in
            other.fire(result)
            return .value(())
        }
    }
}
