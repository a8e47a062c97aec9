/// What a function gives: a value now, or a Deferred to wait for.
@usableFromInline
enum Outcome<Success> {
    case value(Success)
    case deferred(Deferred<Success>)
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
        let node = Deferred<NewSuccess>(fileID, line) { upstream, node in
            let node = Deferred<NewSuccess>.known(node)
            if let failure = upstream.failure { return node.settle(failure: failure) }
            let upstream = Deferred<Success>.known(upstream)
            do {
                node.settle(value: try body(upstream.storedValue))
            } catch {
                node.settle(failure: error)
            }
        }
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
        let node = Deferred<NewSuccess>(fileID, line) { upstream, node in
            let node = Deferred<NewSuccess>.known(node)
            if let failure = upstream.failure { return node.settle(failure: failure) }
            let upstream = Deferred<Success>.known(upstream)
            do {
                node.follow(try body(upstream.storedValue))
            } catch {
                node.settle(failure: error)
            }
        }
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
        let node = Deferred<NewSuccess>.outcome(of: body, fileID, line)
        add(node)
        return node
    }

    /// A node, not yet in a list, whose function sees the whole result.
    @inlinable
    static func outcome<Input>(
        of body: @escaping @Reactor (Result<Input, any Error>) throws -> Outcome<Success>,
        _ fileID: StaticString, _ line: UInt
    ) -> Deferred<Success> {
        Deferred(fileID, line) { upstream, node in
            let node = Deferred<Success>.known(node)
            let result: Result<Input, any Error> =
                if let failure = upstream.failure {
                    .failure(failure)
                } else {
                    .success(Deferred<Input>.known(upstream).storedValue)
                }
            do {
                switch try body(result) {
                case .value(let value): node.settle(value: value)
                case .deferred(let inner): node.follow(inner)
                }
            } catch {
                node.settle(failure: error)
            }
        }
    }

    /// Fires `other` with whatever this one gets; firing `other` does not touch this one.
    ///
    /// - Parameters:
    ///   - other: A Deferred that nobody else fires.
    ///   - fileID: Where it is added; kept with `TWINE_DEBUG=1` only.
    ///   - line: As `fileID`.
    public final func chainDeferred(
        _ other: Deferred<Success>, fileID: StaticString = #fileID, line: UInt = #line
    ) {
        _ = addOutcome(fileID, line) { result -> Outcome<Void> in
            other.fire(result)
            return .value(())
        }
    }
}
