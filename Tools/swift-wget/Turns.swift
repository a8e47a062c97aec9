import DequeModule
import TwineCore

/// The logs of retrievals that run at the same time, each told in its turn.
@Reactor
final class Turns {
    /// The place of one retrieval.
    final class Turn {
        let log: Log
        fileprivate var isOver = false

        fileprivate init(_ log: Log) { self.log = log }
    }

    private let log: Log
    private var turns: Deque<Turn> = []

    init(_ log: Log) { self.log = log }

    /// Adds one at the end.
    func add() -> Turn {
        let turn = Turn(log.branch(isInTurn: turns.isEmpty))
        turns.append(turn)
        return turn
    }

    /// One has told all that it will.
    func end(_ turn: Turn) {
        turn.isOver = true
        while let first = turns.first {
            first.log.takeTurn()
            guard first.isOver else { return }
            turns.removeFirst()
        }
    }
}
