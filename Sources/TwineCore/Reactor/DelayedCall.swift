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
    @safe @exclusivity(unchecked) public private(set) var time: Double
    /// Where it was made, as `Module/File.swift:line`.
    public var place: String { "\(fileID):\(line)" }

    private let fileID: StaticString
    private let line: UInt
    @safe @exclusivity(unchecked) private var body: (@Reactor () -> Void)?
    private var isCancelled = false
    /// Its queue; set as long as it is active, and the queue lives.
    private unowned var timers: TimerQueue?
    /// The time under which the queue holds it.
    fileprivate var queuedTime: Double
    /// The age of its entry in the queue; an entry with another age is stale.
    fileprivate var queuedAge: UInt64

    fileprivate init(
        _ time: Double, _ age: UInt64, _ timers: TimerQueue, _ fileID: StaticString, _ line: UInt,
        _ body: @escaping @Reactor () -> Void
    ) {
        self.time = time
        queuedTime = time
        queuedAge = age
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
        guard body != nil else { return failure }
        body = nil
        isCancelled = true
        timers?.noteCancelled()
        return nil
    }

    /// Moves it to `seconds` from now, sooner or later than it was.
    ///
    /// - Returns: Nothing, or why it could not be moved.
    @discardableResult
    public func reset(_ seconds: Double) -> Failure? {
        guard body != nil, let timers else { return failure }
        return move(to: timers.seconds() + (seconds > 0 ? seconds : 0))
    }

    /// Moves it by `seconds` relative to when it was due.
    ///
    /// - Returns: Nothing, or why it could not be moved.
    @discardableResult
    public func delay(_ seconds: Double) -> Failure? { move(to: time + seconds) }

    private func move(to time: Double) -> Failure? {
        // A time that is no number has no place in the order.
        guard body != nil, !time.isNaN else { return failure }
        self.time = time
        // Later is free: the queue finds out when the old time comes. This is what an idle
        // timeout does at each message.
        if time < queuedTime { timers?.insert(self) }
        return nil
    }

    private var failure: Failure { isCancelled ? .alreadyCancelled : .alreadyCalled }

    package func run() {
        timers = nil
        body.take()?()
    }

    /// Its queue is gone: it will never run.
    fileprivate func abandon() {
        timers = nil
        body = nil
        isCancelled = true
    }

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

        /// Whether its call is still to come, by this entry.
        @Reactor var isCurrent: Bool { call.isActive && age == call.queuedAge }

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

    deinit {
        // What the calls hold may hold them: a clock that is dropped must not leave circles.
        let heap = heap
        unsafe Reactor.assumeUnshared { for entry in heap { entry.call.abandon() } }
    }

    package func make(
        _ delay: Double, _ fileID: StaticString, _ line: UInt, _ body: @escaping @Reactor () -> Void
    ) -> DelayedCall {
        // A delay that is no number would break the order of the heap.
        let time = seconds() + (delay > 0 ? delay : 0)
        let age = nextAge()
        let call = DelayedCall(time, age, self, fileID, line, body)
        push(Entry(time: time, age: age, call: call))
        return call
    }

    package var pending: [DelayedCall] {
        heap.filter { $0.isCurrent }
            .sorted { $0.call.time != $1.call.time ? $0.call.time < $1.call.time : $0.age < $1.age }
            .map(\.call)
    }

    /// The time of the first call that is really due then; nil when there is none.
    package var nextTime: Double? {
        while let first = heap.first {
            guard first.isCurrent else {
                pop()
                stale -= 1
                continue
            }
            guard first.call.time > first.time else { return first.time }
            pop()
            push(requeued(first.call))
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
        push(requeued(call))
        compact()
    }

    /// A new entry for a call that was moved; the one it had is stale from now on.
    private func requeued(_ call: DelayedCall) -> Entry {
        call.queuedTime = call.time
        call.queuedAge = nextAge()
        return Entry(time: call.time, age: call.queuedAge, call: call)
    }

    fileprivate func noteCancelled() {
        stale += 1
        compact()
    }

    /// Drops stale entries when they are the most, so that timers that are always cancelled in
    /// time hold no memory.
    private func compact() {
        guard stale > 64, stale > heap.count / 2 else { return }
        heap = heap.filter { $0.isCurrent }
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
