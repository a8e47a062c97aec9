/// A call that is due at a certain time, and can be cancelled or moved until then.
@Reactor
public final class DelayedCall: CustomStringConvertible {
    /// Why a call could not be cancelled or moved.
    public enum Failure: Error, Equatable, Sendable {
        /// It has run, or is running.
        case alreadyCalled
        /// It was cancelled before.
        case alreadyCancelled
    }

    /// When it is due, in seconds of the clock that made it.
    public private(set) var time: Double
    /// Where it was made, as `Module/File.swift:line`.
    public var place: String { "\(fileID):\(line)" }

    private let fileID: StaticString
    private let line: UInt
    private var body: (@Reactor () -> Void)?
    private var isCancelled = false
    private unowned let timers: TimerQueue
    /// The time under which the queue holds it; an entry with another time is stale.
    fileprivate var queuedTime: Double

    fileprivate init(
        _ time: Double, _ timers: TimerQueue, _ fileID: StaticString, _ line: UInt,
        _ body: @escaping @Reactor () -> Void
    ) {
        self.time = time
        queuedTime = time
        self.timers = timers
        self.fileID = fileID
        self.line = line
        self.body = body
    }

    /// Whether it is still to come.
    public var isActive: Bool { body != nil }

    /// Takes it back: it never runs.
    ///
    /// - Returns: Nothing, or why there was nothing to take back.
    @discardableResult
    public func cancel() -> Failure? {
        guard body != nil else { return isCancelled ? .alreadyCancelled : .alreadyCalled }
        body = nil
        isCancelled = true
        timers.noteCancelled()
        return nil
    }

    /// Moves it to `seconds` from now, sooner or later than it was.
    ///
    /// - Returns: Nothing, or why it could not be moved.
    @discardableResult
    public func reset(_ seconds: Double) -> Failure? {
        move(to: timers.seconds() + max(0, seconds))
    }

    /// Moves it by `seconds` relative to when it was due.
    ///
    /// - Returns: Nothing, or why it could not be moved.
    @discardableResult
    public func delay(_ seconds: Double) -> Failure? { move(to: time + seconds) }

    private func move(to time: Double) -> Failure? {
        guard body != nil else { return isCancelled ? .alreadyCancelled : .alreadyCalled }
        self.time = time
        // Later is free: the queue finds out when the old time comes. This is what an idle
        // timeout does at each message.
        if time < queuedTime { timers.insert(self) }
        return nil
    }

    package func run() { body.take()?() }

    /// Its time and place.
    nonisolated public var description: String { "DelayedCall made at \(fileID):\(line)" }
}

/// The pending calls of one clock: a heap by time, then by age.
@Reactor
package final class TimerQueue {
    private struct Entry {
        let time: Double
        let age: UInt64
        let call: DelayedCall

        func isBefore(_ other: Entry) -> Bool {
            time != other.time ? time < other.time : age < other.age
        }
    }

    private var heap: [Entry] = []
    private var age: UInt64 = 0
    /// Entries whose call was cancelled, or moved to an entry of its own.
    private var stale = 0

    /// Seconds of the clock.
    package let seconds: @Reactor () -> Double

    package init(_ seconds: @escaping @Reactor () -> Double) { self.seconds = seconds }

    package func make(
        _ delay: Double, _ fileID: StaticString, _ line: UInt, _ body: @escaping @Reactor () -> Void
    ) -> DelayedCall {
        // A delay that is no number would break the order of the heap.
        let time = seconds() + (delay > 0 ? delay : 0)
        let call = DelayedCall(time, self, fileID, line, body)
        push(Entry(time: time, age: nextAge(), call: call))
        return call
    }

    package var pending: [DelayedCall] {
        heap.filter { $0.call.isActive && $0.time == $0.call.queuedTime }
            .sorted { $0.call.time != $1.call.time ? $0.call.time < $1.call.time : $0.age < $1.age }
            .map(\.call)
    }

    /// The time of the first call that is really due then; nil when there is none.
    package var nextTime: Double? {
        while let first = heap.first {
            guard first.call.isActive, first.time == first.call.queuedTime else {
                pop()
                stale -= 1
                continue
            }
            guard first.call.time > first.time else { return first.time }
            pop()
            first.call.queuedTime = first.call.time
            push(Entry(time: first.call.time, age: nextAge(), call: first.call))
        }
        stale = 0
        return nil
    }

    /// Takes the first call out when it is due at `now`.
    package func takeDue(at now: Double) -> DelayedCall? {
        guard let time = nextTime, time <= now else { return nil }
        return pop().call
    }

    fileprivate func insert(_ call: DelayedCall) {
        stale += 1
        call.queuedTime = call.time
        push(Entry(time: call.time, age: nextAge(), call: call))
        compact()
    }

    fileprivate func noteCancelled() {
        stale += 1
        compact()
    }

    /// Drops stale entries when they are the most, so that timers that are always cancelled in
    /// time hold no memory.
    private func compact() {
        guard stale > 64, stale > heap.count / 2 else { return }
        heap = heap.filter { $0.call.isActive && $0.time == $0.call.queuedTime }
        heap.sort { $0.isBefore($1) }
        stale = 0
    }

    private func nextAge() -> UInt64 {
        age += 1
        return age
    }

    private func push(_ entry: Entry) {
        var place = heap.count
        heap.append(entry)
        while place > 0 {
            let parent = (place - 1) / 2
            guard entry.isBefore(heap[parent]) else { break }
            heap[place] = heap[parent]
            place = parent
        }
        heap[place] = entry
    }

    @discardableResult
    private func pop() -> Entry {
        let first = heap[0]
        let entry = heap.removeLast()
        guard !heap.isEmpty else { return first }
        var place = 0
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(entry) else { break }
            heap[place] = heap[child]
            place = child
        }
        heap[place] = entry
        return first
    }
}
