import DequeModule
import TwineCore

/// The outputs of lookups that run at the same time, each printed in its turn.
@Reactor
final class OutputSequence {
    /// The place of one lookup.
    final class Entry {
        let output: Output
        fileprivate var ended: (@Reactor () -> Void)?

        fileprivate init(_ output: Output) { self.output = output }
    }

    private let isOrdered: Bool
    /// Those whose turn has not come, or is.
    private var entries: Deque<Entry> = []
    private var count = 0
    private var waiter: Deferred<Void>?
    /// More lookups than this do not wait for one whose turn it is.
    private static let capacity = 4096

    init(isOrdered: Bool) { self.isOrdered = isOrdered }

    /// Adds one at the end.
    func add() -> Entry {
        let entry = Entry(Output(isInTurn: isOrdered && entries.isEmpty))
        if isOrdered { entries.append(entry) }
        count += 1
        return entry
    }

    /// One has printed all that it will.
    ///
    /// - Parameters:
    ///   - entry: The one.
    ///   - ended: Called in its turn.
    func end(_ entry: Entry, _ ended: @escaping @Reactor () -> Void) {
        if isOrdered {
            entry.ended = ended
            while let first = entries.first, let ended = first.ended {
                first.output.takeTurn()
                ended()
                entries.removeFirst()
                count -= 1
            }
            entries.first?.output.takeTurn()
        } else {
            entry.output.takeTurn()
            ended()
            count -= 1
        }
        if !isFull, let waiter = waiter.take() { waiter.callback(()) }
    }

    /// Whether too many wait for their turn.
    var isFull: Bool { count >= Self.capacity }

    /// Waits until fewer do.
    func makeRoom() async {
        while isFull {
            let waiter = waiter ?? Deferred<Void>()
            self.waiter = waiter
            try? await waiter.value
        }
    }
}
