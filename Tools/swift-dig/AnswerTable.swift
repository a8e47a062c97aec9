import TwineCore
import TwineDNS

/// The records of an answer in columns, for people.
@Reactor
struct AnswerTable {
    /// The lines of the table.
    let text: String

    init(_ message: DNSMessage, _ style: DNSMessageStyle, _ printer: Printer, _ exchange: Exchange)
    {
        let question = message.question.first
        let name = question.map { "\($0.name) \($0.type)" } ?? "?"
        let milliseconds = printer.microseconds(exchange) / 1000
        var lines = [
            "\(name): \(message.responseCode), \(message.answer.count) "
                + (message.answer.count == 1 ? "record" : "records")
                + " from \(exchange.server.name) in \(milliseconds) ms"
        ]
        let rows = message.answer.map { record in
            [
                "\(record.name)", "\(record.type)", "\(record.timeToLive)",
                record.rdataText(style.record),
            ]
        }
        lines += Columns.lines([["NAME", "TYPE", "TTL", "DATA"]] + rows, isRight: [2])
            .dropFirst(rows.isEmpty ? 1 : 0)
        text = lines.joined(separator: "\n") + "\n"
    }
}

/// Rows of words, each column as wide as its longest word.
enum Columns {
    /// Writes rows as lines.
    ///
    /// - Parameters:
    ///   - rows: Rows of as many words each.
    ///   - isRight: The columns whose words end at the same place.
    /// - Returns: A line for each.
    static func lines(_ rows: [[String]], isRight: Set<Int> = []) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, word) in row.enumerated() {
                let filling = String(repeating: " ", count: widths[column] - word.count)
                if column > 0 { line += "  " }
                line += isRight.contains(column) ? filling + word : word
                if !isRight.contains(column), column < row.count - 1 { line += filling }
            }
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
