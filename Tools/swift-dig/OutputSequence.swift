import DequeModule
import TwineCore

/// The outputs of lookups that run at the same time, each printed in its turn.
@Reactor
final class OutputSequence {
    private final class Entry {
        let output: Output
        var ended: (@Reactor () -> Void)?

        init(_ output: Output) { self.output = output }
    }

    private let isOrdered: Bool
    private var entries: Deque<Entry> = []
    private var waiter: Deferred<Void>?
    /// More lookups than this do not wait for one whose turn it is.
    private static let capacity = 4096

    init(isOrdered: Bool) { self.isOrdered = isOrdered }

    /// Adds one at the end.
    func add() -> Output {
        let output = Output(isInTurn: isOrdered && entries.isEmpty)
        entries.append(Entry(output))
        return output
    }

    /// One has printed all that it will.
    ///
    /// - Parameters:
    ///   - output: The one.
    ///   - ended: Called in its turn.
    func end(_ output: Output, _ ended: @escaping @Reactor () -> Void) {
        guard let place = entries.firstIndex(where: { $0.output === output }) else { return }
        entries[place].ended = ended
        if isOrdered {
            while let first = entries.first, let ended = first.ended {
                first.output.takeTurn()
                ended()
                entries.removeFirst()
            }
            entries.first?.output.takeTurn()
        } else {
            output.takeTurn()
            ended()
            entries.remove(at: place)
        }
        if !isFull, let waiter = waiter.take() { waiter.callback(()) }
    }

    /// Whether too many wait for their turn.
    var isFull: Bool { entries.count >= Self.capacity }

    /// Waits until fewer do.
    func makeRoom() async {
        while isFull {
            let waiter = waiter ?? Deferred<Void>()
            self.waiter = waiter
            try? await waiter.value
        }
    }
}
