import DequeModule

/// The Deferreds that wait for the same thing, oldest first; who cancels leaves the line.
@Reactor
final class WaitingLine<Success> {
    private var waiting: Deque<Deferred<Success>> = []
    /// Those in the line that were cancelled: skipped later, so that leaving costs nothing.
    private var gone = 0

    /// How many wait.
    var count: Int { waiting.count - gone }

    /// Puts a new Deferred at the end.
    func join(_ fileID: StaticString, _ line: UInt) -> Deferred<Success> {
        let deferred = Deferred<Success>(
            canceller: { [weak self] _ in self?.noteGone() }, fileID: fileID, line: line)
        waiting.append(deferred)
        return deferred
    }

    /// Takes the oldest one out.
    func popFirst() -> Deferred<Success>? {
        while let first = waiting.popFirst() {
            guard first.isFired else { return first }
            gone -= 1
        }
        return nil
    }

    private func noteGone() {
        gone += 1
        // The one that is being cancelled has not fired yet: it stays until the next time.
        guard gone > 16, gone > waiting.count / 2 else { return }
        waiting.removeAll { $0.isFired }
        gone = waiting.isEmpty ? 0 : 1
    }
}
