import TwineCore
import TwineDNS

/// What is printed of an exchange after its message.
extension Printer {
    /// Prints what is known of an exchange after its message.
    func printStatistics(
        _ lookup: Lookup, _ exchange: Exchange, size: Int, transfer: ZoneStatistics? = nil,
        isSigned: Bool? = nil
    ) {
        guard !settings.isShort, !settings.isYAML, !settings.isJSON, !settings.isTable else {
            return
        }
        let time = microseconds(exchange)
        let from = Self.address(exchange.address)
        guard lookup.hasStatistics else {
            guard lookup.identifies else { return }
            let unit = lookup.isMicroseconds ? "\(time) us" : "\(time / 1000) ms"
            out.print(
                ";; Received \(transfer?.octets ?? size) bytes from "
                    + "\(from)(\(exchange.server.name)) in \(unit)\n\n")
            return
        }
        var text = ";; Query time: "
        text += lookup.isMicroseconds ? "\(time) usec\n" : "\(time / 1000) msec\n"
        text += ";; SERVER: \(from)(\(exchange.server.name)) (\(Self.transport(lookup)))\n"
        if let proxy = lookup.proxy {
            let isEncrypted = lookup.isTLS || lookup.httpPath != nil && !lookup.isPlainHTTP
            text += ";; CLIENT PROXY HEADER\(isEncrypted && proxy.isPlain ? " (plain)" : ""): "
            if let addresses = proxy.addresses {
                text += "source: \(Self.address(addresses.source)), "
                text += "destination: \(Self.address(addresses.destination))\n"
            } else {
                text += "LOCAL\n"
            }
        }
        text += ";; WHEN: \(Instant.now.localText)\n"
        if let transfer {
            text += ";; XFR size: \(transfer.records) records "
            text += "(messages \(transfer.messages), bytes \(transfer.octets))\n"
        } else {
            text += ";; MSG SIZE  rcvd: \(size)\n"
        }
        if isSigned == false { text += ";; WARNING -- Some TSIG could not be validated\n" }
        if settings.keyText != nil, settings.key == nil {
            text += ";; WARNING -- TSIG key was not used.\n"
        }
        out.print(text + "\n")
    }

    static func transport(_ lookup: Lookup) -> String {
        if lookup.isTLS { return "TLS" }
        guard lookup.httpPath != nil else { return lookup.usesTCP ? "TCP" : "UDP" }
        return (lookup.isPlainHTTP ? "HTTP" : "HTTPS") + (lookup.usesGet ? "-GET" : "")
    }
}

/// How much of a zone has come.
struct ZoneStatistics {
    var records = 0
    var messages = 0
    var octets = 0
}
