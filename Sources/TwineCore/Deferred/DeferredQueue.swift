import DequeModule

/// A limit of a ``DeferredQueue`` is reached.
public enum DeferredQueueError: Error, Equatable, Sendable, CustomStringConvertible {
    /// One value more than the queue may hold.
    case overflow(size: Int)
    /// One waiting `get()` more than the queue may have.
    case underflow(backlog: Int)

    /// One line for people.
    public var description: String {
        switch self {
        case .overflow(let size): "the queue is full: \(size) values"
        case .underflow(let backlog): "too many wait for the queue: \(backlog)"
        }
    }
}

/// Values put by some and got by others, each in the order of the calls.
@Reactor
public final class DeferredQueue<Element> {
    /// How many values it holds at most; nil is no limit.
    public let size: Int?
    /// How many `get()` may wait at most; nil is no limit.
    public let backlog: Int?

    private var values: Deque<Element> = []
    private let line = WaitingLine<Element>()

    /// Makes a queue that is empty.
    ///
    /// - Parameters:
    ///   - size: How many values it holds at most, 0 or more; nil is no limit.
    ///   - backlog: How many `get()` may wait at most, 0 or more; nil is no limit.
    public init(size: Int? = nil, backlog: Int? = nil) {
        self.size = size
        self.backlog = backlog
    }

    /// How many values it holds.
    public var count: Int { values.count }

    /// How many `get()` wait.
    public var waitingCount: Int { line.count }

    /// Gives a value to the one who waits longest, before this returns, or keeps it.
    ///
    /// - Parameter value: What is handed on.
    /// - Throws: ``DeferredQueueError/overflow(size:)`` when nobody waits and it is full.
    public func put(_ value: Element) throws(DeferredQueueError) {
        if let next = line.popFirst() {
            next.callback(value)
        } else if let size, values.count >= size {
            throw .overflow(size: size)
        } else {
            values.append(value)
        }
    }

    /// Fires with the oldest value: at once when there is one.
    ///
    /// Cancelling it while it waits leaves the line.
    ///
    /// - Throws: ``DeferredQueueError/underflow(backlog:)`` when it would have to wait and as many
    ///   as allowed wait already.
    public func get(
        fileID: StaticString = #fileID, line place: UInt = #line
    ) throws(DeferredQueueError) -> Deferred<Element> {
        if let value = values.popFirst() { return succeed(value, fileID: fileID, line: place) }
        if let backlog, line.count >= backlog { throw .underflow(backlog: backlog) }
        return line.join(fileID, place)
    }
}
