import ToolKit
import TwineCore
import TwineDNS

/// Messages and what becomes of questions as objects, one a line.
extension Printer {
    /// Prints a message as an object in a line of its own, with how it came.
    ///
    /// RFC 8427 §2.
    func printJSON(
        _ reply: Reply, _ lookup: Lookup, _ exchange: Exchange, isQuery: Bool
    ) {
        var object = JSONObject()
        object.add("dateString", (isQuery ? exchange.sent : exchange.received)?.utcText)
        object.add("serverAddress", exchange.server.text)
        object.add("serverPort", exchange.address.port.map { Int($0) })
        object.add("serverName", exchange.server.name)
        object.add("transport", Self.transport(lookup))
        if !isQuery { object.add("queryTime", seconds: Double(microseconds(exchange)) / 1e6) }
        object.add("messageSize", reply.octets.count)
        let message = reply.message.json(wire: reply.octets.span)
        out.print("\(message.dropLast()),\(object.line.dropFirst())\n")
    }

    /// Prints an object that says what a validation has found.
    func printValidation(_ result: DNSSECResult) {
        var object = JSONObject()
        object.add("validation", "\(result.status)")
        object.add("chain", result.links.map { "\($0)" })
        out.print(object.line + "\n")
    }

    /// Prints an object that says what went wrong with a question.
    func printJSONError(_ text: String, _ lookup: Lookup) {
        var object = JSONObject()
        object.add("QNAME", lookup.text)
        object.add("QTYPEname", "\(lookup.type)")
        object.add("QCLASSname", "\(lookup.recordClass)")
        object.add("error", text)
        out.print(object.line + "\n")
    }
}
