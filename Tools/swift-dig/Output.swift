import ToolKit

/// What one line of the command line or of a batch prints.
///
/// In its turn it goes to standard output as it comes; before that it waits.
final class Output {
    private var waiting: [UInt8] = []
    private(set) var isInTurn: Bool

    init(isInTurn: Bool = true) { self.isInTurn = isInTurn }

    func print(_ text: String) {
        if isInTurn { StandardOutput.shared.write(text) } else { waiting += text.utf8 }
    }

    func print(_ text: [UInt8]) {
        if isInTurn { StandardOutput.shared.write(text) } else { waiting += text }
    }

    /// Its turn has come: what has waited is printed.
    func takeTurn() {
        guard !isInTurn else { return }
        isInTurn = true
        StandardOutput.shared.write(waiting)
        waiting = []
    }

    /// What is printed next follows what stands on standard output.
    func flush() { if isInTurn { StandardOutput.shared.flush() } }
}
