import TwineCore
import TwineDNS

/// The cookies by which servers know this client, within one lookup and what follows from it.
///
/// RFC 7873.
@Reactor
final class Cookies {
    /// What servers have answered, with this client's part in front.
    private var learned: [Server.Address: [UInt8]] = [:]

    /// What is sent to a server: what it has given, or this client's part alone.
    func cookie(for server: Server) -> [UInt8] {
        if !learned.isEmpty, let cookie = learned[server.address] { return cookie }
        if let (address, cookie) = Self.last, address == server.address { return cookie }
        // Another one for each server, and for each run of the program: its hashes begin at random.
        var hasher = Hasher()
        hasher.combine(server.address)
        let hash = UInt64(bitPattern: Int64(hasher.finalize()))
        let cookie = (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) }
        Self.last = (server.address, cookie)
        return cookie
    }

    /// This client's part for the server that was asked last: it is nearly always the next one, too.
    private static var last: (Server.Address, [UInt8])?

    /// Takes the cookie of a reply, if it is an answer to the one that was sent.
    ///
    /// - Returns: Whether it is one; nil without a cookie.
    func learn(
        from message: DNSMessage, _ exchange: Exchange, _ printer: Printer
    ) -> Bool? {
        guard let option = message.extensions?.options.first(where: { $0.code == .cookie }),
            let sent = exchange.query.cookie
        else { return nil }
        guard sent.count >= 8, option.octets.count >= 8 else {
            printer.warn("Warning: COOKIE bad token (too short)", exchange.lookup)
            return false
        }
        guard option.octets.prefix(8) == sent.prefix(8) else {
            printer.warn("Warning: Client COOKIE mismatch", exchange.lookup)
            return false
        }
        learned[exchange.server.address] = option.octets
        return true
    }
}
