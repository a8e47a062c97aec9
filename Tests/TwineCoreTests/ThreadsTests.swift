import Synchronization
import Testing

@testable import TwineCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct ThreadsTests {
    @Test("deferToThread runs elsewhere; its value and its error come back to the reactor")
    func results() async throws {
        let here = currentThread()
        let there = try await deferToThread { currentThread() }.value
        #expect(there != here)
        struct Bad: Error {}
        await #expect(throws: Bad.self) { try await deferToThread { throw Bad() }.value }
        var isOnReactor = false
        _ = try await deferToThread { 1 }.addCallback { _ in isOnReactor = Reactor.isCurrent }.value
        #expect(isOnReactor)
    }

    @Test("a thousand calls all end, and no more than the limit run at once")
    func limit() async {
        await #expect(processExitsWith: .success) { try await checkLimit() }
    }

    @Test("with all threads busy, calls begin in the order in which they were made")
    func order() async throws {
        await #expect(processExitsWith: .success) { try await checkOrder() }
    }

    @Test("a call that is cancelled before it begins never runs; the others do")
    func cancel() async throws {
        await #expect(processExitsWith: .success) { try await checkCancel() }
    }

    @Test("a call that is cancelled while it runs fails at once, its result is dropped")
    func cancelRunning() async throws {
        let gate = Gate()
        let call = deferToThread {
            gate.noteBegun()
            gate.wait()
            return 1
        }
        try await until { gate.hasBegun }
        call.cancel()
        await #expect(throws: CancelledError()) { try await call.value }
        gate.open()
        #expect(try await deferToThread { 2 }.value == 2)
    }

    @Test("the loop turns while a thread blocks")
    func doesNotBlock() async throws {
        let gate = Gate()
        let call = deferToThread { gate.wait() }
        try await turns(10)
        #expect(!call.isFired)
        gate.open()
        try await call.value
    }
}

@Reactor
private func checkLimit() async throws {
    let gauge = Gauge()
    let calls = (0..<1000).map { index in
        deferToThread {
            gauge.enter()
            defer { gauge.leave() }
            usleep(10)
            return index
        }
    }
    for (index, call) in calls.enumerated() {
        let value = try await call.value
        precondition(value == index)
    }
    precondition(gauge.most <= ThreadPool.limit)
    precondition(gauge.most >= 1)
}

/// Fills the pool, so that what follows stands in line.
@Reactor
private func occupy(_ gate: Gate) async throws -> [Deferred<Void>] {
    let begun = Gauge()
    let busy = (0..<ThreadPool.limit).map { _ in
        deferToThread {
            begun.enter()
            gate.wait()
        }
    }
    try await until { begun.count == ThreadPool.limit }
    return busy
}

@Reactor
private func checkOrder() async throws {
    let gate = Gate()
    let busy = try await occupy(gate)
    let ticket = Atomic<Int>(0)
    // One thread is freed: it alone works off the line.
    let line = (0..<100).map { _ in
        deferToThread { ticket.add(1, ordering: .sequentiallyConsistent).oldValue }
    }
    gate.openForOne()
    var tickets: [Int] = []
    for call in line { tickets.append(try await call.value) }
    precondition(tickets == Array(0..<100))
    gate.open()
    for call in busy { try await call.value }
}

@Reactor
private func checkCancel() async throws {
    let gate = Gate()
    let busy = try await occupy(gate)
    let ran = Gauge()
    let line = (0..<10).map { _ in deferToThread { ran.enter() } }
    for index in stride(from: 0, to: 10, by: 2) {
        line[index].cancel()
        line[index].addErrback { _ in }
        precondition(line[index].isFired)
    }
    gate.open()
    for call in busy { try await call.value }
    for index in stride(from: 1, to: 10, by: 2) { try await line[index].value }
    precondition(ran.count == 5, "\(ran.count)")
}

/// How many are inside, and were at most.
private final class Gauge: Sendable {
    private let state = Mutex((count: 0, most: 0))

    var count: Int { state.withLock { $0.count } }
    var most: Int { state.withLock { $0.most } }

    func enter() {
        state.withLock {
            $0.count += 1
            $0.most = max($0.most, $0.count)
        }
    }

    func leave() { state.withLock { $0.count -= 1 } }
}

/// Holds threads until it is opened.
private final class Gate: Sendable {
    private let places = Atomic<Int>(0)
    private let begun = Atomic<Bool>(false)

    var hasBegun: Bool { begun.load(ordering: .sequentiallyConsistent) }
    func noteBegun() { begun.store(true, ordering: .sequentiallyConsistent) }

    func wait() {
        while true {
            let free = places.load(ordering: .sequentiallyConsistent)
            if free > 0,
                places.compareExchange(
                    expected: free, desired: free - 1, ordering: .sequentiallyConsistent
                ).exchanged
            {
                return
            }
            usleep(100)
        }
    }

    func openForOne() { places.store(1, ordering: .sequentiallyConsistent) }
    func open() { places.store(1_000_000, ordering: .sequentiallyConsistent) }
}
