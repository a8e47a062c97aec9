/// The result was given up: ``AnyDeferred/cancel()`` was called.
public struct CancelledError: Error, Equatable, CustomStringConvertible {
    /// Makes the error.
    public init() {}
    /// One line for people.
    public var description: String { "cancelled" }
}

/// The result did not come in time.
public struct TimeoutError: Error, Equatable, CustomStringConvertible {
    /// How long was waited, in seconds.
    public let seconds: Double

    /// Makes the error.
    ///
    /// - Parameter seconds: How long was waited.
    public init(seconds: Double) { self.seconds = seconds }

    /// One line for people.
    public var description: String { "timed out after \(seconds) seconds" }
}

/// A Deferred was fired a second time, or fired by hand though its chain fires it.
public struct AlreadyCalledError: Error, Equatable, CustomStringConvertible {
    /// Where it was made and first fired; empty unless debugging was on.
    public let description: String

    @usableFromInline
    init(description: String) { self.description = description }
}

/// A callback returned the Deferred that stands for its own result.
public struct CircularDeferredError: Error, Equatable, CustomStringConvertible {
    @usableFromInline
    init() {}
    /// One line for people.
    public var description: String { "a callback returned the Deferred that waits for it" }
}

/// The first of several failed: which, and why.
public struct FirstError: Error, Equatable, CustomStringConvertible {
    /// What it failed with.
    public let underlying: any Error
    /// Its place in the list, from 0.
    public let index: Int

    /// Makes the error.
    ///
    /// - Parameters:
    ///   - underlying: What it failed with.
    ///   - index: Its place in the list, from 0.
    public init(_ underlying: any Error, index: Int) {
        self.underlying = underlying
        self.index = index
    }

    /// One line for people.
    public var description: String { "number \(index) failed: \(underlying)" }

    /// Equal when the place and the printed error are.
    public static func == (left: FirstError, right: FirstError) -> Bool {
        left.index == right.index && type(of: left.underlying) == type(of: right.underlying)
            && "\(left.underlying)" == "\(right.underlying)"
    }
}

/// All of several failed.
public struct FailureGroup: Error, CustomStringConvertible {
    /// Their errors, in the order of the list.
    public let failures: [any Error]

    /// Makes the error.
    ///
    /// - Parameter failures: The errors, in the order of the list.
    public init(_ failures: [any Error]) { self.failures = failures }

    /// One line for people.
    public var description: String {
        "all \(failures.count) failed: " + failures.map { "\($0)" }.joined(separator: "; ")
    }
}
