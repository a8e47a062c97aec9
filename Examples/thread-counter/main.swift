// Two threads count to 200,000 together: without care, with a lock, and on the reactor, where no
// care is needed.
import Synchronization
import Twine

let rounds = 100_000

/// A counter that nothing protects: the compiler has to be told to look away.
final class RacyCounter: @unchecked Sendable {
    var count = 0
}

/// A counter that a lock protects.
final class LockedCounter: Sendable {
    let count = Mutex(0)
}

/// A counter that lives on the reactor: one thread, so nothing can come between.
@Reactor
final class ReactorCounter {
    var count = 0
}

react { _ in
    let racy = RacyCounter()
    let locked = LockedCounter()
    let threads = (0..<2).map { _ in
        deferToThread {
            for _ in 0..<rounds {
                racy.count += 1
                locked.count.withLock { $0 += 1 }
            }
        }
    }
    _ = try await gatherResults(threads).value

    let safe = ReactorCounter()
    let tasks = (0..<2).map { _ in
        inlineCallbacks { for _ in 0..<rounds { safe.count += 1 } }
    }
    _ = try await gatherResults(tasks).value

    print("racy\t\(racy.count)")
    print("locked\t\(locked.count.withLock { $0 })")
    print("reactor\t\(safe.count)")
}
