import ToolKit
import TwineCore
import TwineDNS

/// Prints what dig prints.
@Reactor
struct Printer {
    let settings: Settings
    let out: Output

    /// A name as messages have it: without the dot at the end.
    nonisolated static func name(_ name: DNSName) -> String { name.isRoot ? "." : name.text }

    /// An address as dig writes it.
    nonisolated static func address(_ address: SocketAddress) -> String {
        switch address {
        case .ip(let ip, let port): "\(ip)#\(port)"
        case .unix(let path): path
        }
    }

    /// Whether standard output is only for answers that a program reads.
    private var keepsToAnswers: Bool {
        settings.isJSON || settings.isTable || settings.isShort && settings.failsOn != nil
    }

    // MARK: Lines about what happens

    /// Tells what went wrong, on a line of its own.
    func error(_ text: String) {
        if settings.isYAML {
            out.print("- type: DIG_ERROR\n  message: |\n    \(text)\n")
        } else {
            remark(text)
        }
    }

    /// Tells what is strange.
    func warn(_ text: String, _ lookup: Lookup) {
        if !settings.isYAML { remark(text) }
    }

    /// Tells what is done next, unless comments are not wanted.
    func comment(_ text: String, _ lookup: Lookup) {
        if lookup.hasComments, !settings.isYAML { remark(text) }
    }

    /// Tells a step on standard error, for `-d`.
    func debug(_ text: @autoclosure () -> String) {
        guard settings.isDebugging else { return }
        out.flush()
        StandardError.write("\(Dig.name): \(text())\n")
    }

    private func remark(_ text: String) {
        guard keepsToAnswers else { return out.print(";; \(text)\n") }
        out.flush()
        StandardError.write("\(Dig.name): \(text)\n")
    }

    /// Prints the lines that tell the command, unless they are printed or not wanted.
    func printCommand(_ lookup: Lookup) {
        guard let command = lookup.commandLine, !command.isPrinted else { return }
        command.isPrinted = true
        if settings.printsCommand, !settings.isShort, !lookup.isPrefixSearch, !settings.isYAML {
            out.print(command.text)
        }
    }

    /// Tells that nobody has answered, below the lines that tell the command, as dig does.
    func printUnreachable(_ lookup: Lookup) {
        if settings.isJSON { return printJSONError("no servers could be reached", lookup) }
        if let command = lookup.commandLine, !command.isPrinted, !keepsToAnswers {
            out.print(command.text)
        }
        error("no servers could be reached")
    }

    // MARK: Messages

    /// What is wrong with a message, in BIND's words.
    nonisolated static func reason(_ error: DNSError) -> String {
        switch error {
        case .tooShort, .streamEnded: "unexpected end of input"
        case .labelTypeUnknown: "bad label type"
        case .pointerNotBackward, .pointersTooMany: "bad compression pointer"
        case .nameTooLong: "name too long"
        case .messageTooLong, .recordsTooMany: "ran out of space"
        case .labelTooLong: "label too long"
        case .labelEmpty: "empty label"
        case .escapeInvalid: "bad escape"
        case .octetsTrailing: "extra input text"
        case .rdataInvalid(.opt, _, _): "malformed OPT option"
        case .rdataInvalid: "unexpected end of input"
        case .optMisplaced: "FORMERR"
        case .nameNotInternational(_, let reason): reason
        case .signingFailed: "crypto failure"
        }
    }

    /// Whether a message is printed although something is wrong with it.
    func canGoOn(after error: DNSError, _ message: DNSMessage, _ lookup: Lookup) -> Bool {
        switch error {
        case .octetsTrailing: return true
        // An option of a wrong form is too much for dig; one that is cut is not.
        case .rdataInvalid(.opt, _, _) where message.extensions != nil: return false
        case .tooShort, .rdataInvalid, .optMisplaced:
            guard lookup.isBestEffort else { return false }
            warnOfMalformed(lookup)
            return true
        default: return false
        }
    }

    /// Warns of a message that is printed although it is malformed.
    func warnOfMalformed(_ lookup: Lookup) {
        warn("Warning: Message parser reports malformed message packet.", lookup)
    }

    /// Prints the octets of a message that cannot be read.
    func printBadPacket(_ reason: String, _ octets: Span<UInt8>) {
        guard !settings.isYAML, !keepsToAnswers else {
            return self.error("Got bad packet: \(reason)")
        }
        var text = ";; Got bad packet: \(reason)\n\(octets.count) bytes\n"
        for start in stride(from: 0, to: octets.count, by: 16) {
            var digits = ""
            var letters = ""
            for index in start..<min(start + 16, octets.count) {
                let octet = octets[index]
                digits += String(UInt16(octet) + 0x100, radix: 16).dropFirst() + " "
                letters.unicodeScalars.append(0x21...0x7d ~= octet ? Unicode.Scalar(octet) : ".")
            }
            let missing = 16 - letters.utf8.count
            digits += String(repeating: "   ", count: missing)
            text += digits + "         " + letters + "\n"
        }
        out.print(text)
    }

    /// Prints a query that was sent.
    func printQuery(_ message: DNSMessage, _ octets: [UInt8], _ exchange: Exchange) {
        let lookup = exchange.lookup
        var message = message
        // What pads it is put in after dig has looked at it.
        if lookup.padding > 0, var extensions = message.extensions {
            extensions.options[extensions.options.count - 1].octets = []
            message.extensions = extensions
        }
        printMessage(
            Reply(message, octets.span, nil), lookup, exchange, isQuery: true, isCookieOurs: nil)
        if lookup.hasStatistics, !settings.isYAML, !settings.isJSON {
            out.print(";; QUERY SIZE: \(octets.count)\n\n")
        }
    }

    /// How messages are written for a lookup.
    func style(_ lookup: Lookup) -> DNSMessageStyle {
        var style = DNSMessageStyle()
        style.hasComments = lookup.hasComments
        style.hasQuestion = lookup.hasQuestion
        style.hasAnswer = lookup.hasAnswer
        style.hasAuthority = lookup.hasAuthority
        style.hasAdditional = lookup.hasAdditional
        style.hasTimeToLive = !lookup.hidesTimeToLive
        style.hasTimeUnits = lookup.hasTimeUnits
        style.hasClass = !lookup.hidesClass
        style.record.isMultiline = lookup.isMultiline
        style.record.hasComments =
            lookup.recordComments > 0 || lookup.isMultiline && lookup.recordComments >= 0
        style.record.hidesKeys = lookup.hidesKeys
        style.record.isUnknownFormat = lookup.isUnknownFormat
        style.record.expandsAddresses = lookup.expandsAddresses
        if let width = settings.splitWidth {
            style.record.groupLength = width == 0 ? nil : width
        } else if lookup.isMultiline {
            style.record.groupLength = 44
        }
        style.record.isInternational =
            lookup.isInternationalOut && InternationalName.isSpoken
        style.record.now = Instant.now.seconds
        return style
    }

    /// Prints a message as it was asked for.
    ///
    /// - Parameters:
    ///   - reply: The message.
    ///   - lookup: What is printed; its command line is printed first.
    ///   - exchange: The exchange that it belongs to.
    ///   - isQuery: Whether it is the query, and not the reply.
    ///   - isCookieOurs: Whether the cookie is one to the query's; nil without.
    func printMessage(
        _ reply: Reply, _ lookup: Lookup, _ exchange: Exchange, isQuery: Bool = false,
        isCookieOurs: Bool? = nil
    ) {
        printCommand(lookup)
        if settings.isJSON { return printJSON(reply, lookup, exchange, isQuery: isQuery) }
        if settings.isTable {
            if !isQuery {
                out.print(AnswerTable(reply.message, style(lookup), self, exchange).text)
            }
            return
        }
        if settings.isShort && !settings.isYAML || lookup.isPrefixSearch {
            if !isQuery { printShort(reply.message, lookup, exchange) }
            return
        }
        var style = style(lookup)
        style.isCookieOurs = isCookieOurs
        if settings.isYAML { return printYAML(reply, lookup, exchange, style, isQuery: isQuery) }
        if lookup.hasComments {
            out.print(isQuery ? ";; Sending:\n" : ";; Got answer:\n")
            if reply.message.question.contains(where: { $0.name.isSubdomain(of: Self.local) }) {
                out.print(
                    ";; WARNING: .local is reserved for Multicast DNS\n"
                        + ";; You are currently testing what happens when an mDNS query is "
                        + "leaked to DNS\n")
            }
        }
        if !isQuery, lookup.edns != nil,
            !reply.message.additional.contains(where: { $0.type == .opt }),
            [.formatError, .notImplemented].contains(reply.message.header.responseCode)
        {
            style.remarks = [
                "",
                ";; WARNING: EDNS query returned status "
                    + "\(reply.message.header.responseCode) - retry with "
                    + "'\(lookup.dnssecOK ? "+nodnssec " : "")+noedns'",
            ]
        }
        style.isQuery = isQuery
        let text = reply.message.octetsOfText(
            style, wire: reply.octets.span, error: reply.error)
        out.print(settings.paints ? Paint.message(text) : text)
    }

    private func printYAML(
        _ reply: Reply, _ lookup: Lookup, _ exchange: Exchange, _ style: DNSMessageStyle,
        isQuery: Bool
    ) {
        var style = style
        if settings.isShort {
            style.hasComments = false
            style.hasQuestion = false
            style.hasAnswer = false
            style.hasAuthority = false
            style.hasAdditional = false
        }
        out.print(
            reply.message.yaml(
                delivery(lookup, exchange, reply.octets.count, isQuery: isQuery), style,
                wire: reply.octets.span))
        if settings.isShort, !isQuery { printShort(reply.message, lookup, exchange) }
    }

    /// How a message was sent or came.
    private func delivery(
        _ lookup: Lookup, _ exchange: Exchange, _ length: Int, isQuery: Bool
    ) -> DNSMessage.Delivery {
        var delivery = DNSMessage.Delivery()
        delivery.isQuery = isQuery
        delivery.queryTime = exchange.sent?.microseconds
        delivery.responseTime = exchange.received?.microseconds
        delivery.hasMicroseconds = lookup.isMicroseconds
        delivery.length = length
        delivery.isStream = lookup.usesTCP
        delivery.response = Self.endpoint(exchange.address)
        // As in dig, it is what was bound to: the system's choice is not told.
        if let ip = exchange.address.ip {
            let any = SocketAddress.ip(ip.isIPv6 ? .any6 : .any4, port: 0)
            delivery.query = Self.endpoint(settings.bindAddress ?? any)
        }
        return delivery
    }

    private static func endpoint(_ address: SocketAddress) -> DNSMessage.Delivery.Endpoint? {
        guard case .ip(let ip, let port) = address else { return nil }
        return .init(address: "\(ip)", port: port)
    }

    private static let local = (try? DNSName("local")) ?? .root

    /// Prints a message of a zone.
    func printZone(_ reply: Reply, _ lookup: Lookup, _ exchange: Exchange) {
        guard lookup.printsOneSOA, lookup.type == .axfr else {
            return printMessage(reply, lookup, exchange)
        }
        // The zone's own SOA comes first, and once more at the end.
        var message = reply.message
        var isFirst = exchange.messageCount == 0
        message.answer.removeAll { record in
            guard record.type == .soa else { return false }
            defer { isFirst = false }
            return !isFirst
        }
        printMessage(Reply(message, reply.octets.span, reply.error), lookup, exchange)
    }

    /// Whether of a zone nothing but the records is printed, a line each.
    func printsOnlyRecords(_ lookup: Lookup) -> Bool {
        !settings.isShort && !settings.isYAML && !settings.isJSON && !settings.isTable
            && !settings.paints && !lookup.hasComments && !lookup.hasQuestion
    }

    /// Prints the rdata of the answer's records, one a line.
    private func printShort(_ message: DNSMessage, _ lookup: Lookup, _ exchange: Exchange) {
        guard lookup.hasAnswer else { return }
        if lookup.isPrefixSearch { return printPrefixes(message) }
        var style = style(lookup).record
        style.isMultiline = false
        style.hasComments = lookup.recordComments > 0
        if settings.splitWidth == nil { style.groupLength = 56 }
        var text: [UInt8] = []
        for record in message.answer {
            if lookup.traces || lookup.searchesServers {
                text += "\(record.type) ".utf8
            }
            record.writeText(to: &text, style)
            if lookup.identifies { text += source(exchange, lookup).utf8 }
            text.append(UInt8(ascii: "\n"))
        }
        out.print(text)
    }

    private func source(_ exchange: Exchange, _ lookup: Lookup) -> String {
        let time = microseconds(exchange)
        let unit = lookup.isMicroseconds ? "\(time) us." : "\(time / 1000) ms."
        return " from server \(exchange.server.text) in \(unit)"
    }

    func microseconds(_ exchange: Exchange) -> Int {
        guard let sent = exchange.sent, let received = exchange.received else { return 0 }
        return received.microseconds(since: sent)
    }

    /// Prints the prefixes by which a network maps IPv4 into IPv6, found in `ipv4only.arpa`.
    ///
    /// RFC 7050 §3.
    private func printPrefixes(_ message: DNSMessage) {
        var seen: Set<String> = []
        for record in message.answer {
            guard record.type == .aaaa, record.rdata.count == 16 else { continue }
            for prefix in DNS64Prefix.prefixes(in: record.rdata) where seen.insert(prefix).inserted
            {
                out.print("\(prefix)\n")
            }
        }
    }
}
