import ToolKit
import Twine

/// What a server, or all workers together, have done so far.
struct Statistics {
    /// Connections that are open.
    var open = 0
    /// Connections that were taken.
    var total = 0
    /// Connections that were closed at once, as there were too many.
    var refused = 0
    /// Datagrams that came.
    var datagrams = 0
    /// Octets.
    var received = 0
    /// Octets.
    var sent = 0

    /// The numbers in a fixed order, to be sent to the supervisor and added up there.
    var numbers: [Int] { [open, total, refused, datagrams, received, sent] }

    init() {}

    /// From ``numbers``; what is missing is 0.
    init(_ numbers: [Int]) {
        guard numbers.count == 6 else { return }
        open = numbers[0]
        total = numbers[1]
        refused = numbers[2]
        datagrams = numbers[3]
        received = numbers[4]
        sent = numbers[5]
    }

    /// One line for people.
    var line: String {
        var parts = ["\(open) connections open", "\(total) in all"]
        if refused > 0 { parts.append("\(refused) refused") }
        if datagrams > 0 { parts.append("\(datagrams) datagrams") }
        parts.append("\(Self.amount(received)) in")
        parts.append("\(Self.amount(sent)) out")
        return parts.joined(separator: ", ")
    }

    /// One object for programs.
    var json: String {
        var object = JSONObject()
        object.add("event", "statistics")
        object.add("open", open)
        object.add("total", total)
        object.add("refused", refused)
        object.add("datagrams", datagrams)
        object.add("received", received)
        object.add("sent", sent)
        return object.line
    }

    /// A number of octets with three digits or so.
    static func amount(_ octets: Int) -> String {
        var value = Double(octets)
        var unit = 0
        let units = ["", " KiB", " MiB", " GiB", " TiB", " PiB"]
        while value >= 1000, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        guard unit > 0 else { return "\(octets)" }
        let tenths = Int((value * 10).rounded())
        let number = value >= 100 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
        return number + units[unit]
    }
}
