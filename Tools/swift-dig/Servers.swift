import TwineCore
import TwineDNS

extension Server {
    /// The most addresses that one name stands for.
    private static let maxAddresses = 20

    /// The servers that a word names: an address, a path, or a name whose addresses are known.
    static func named(
        _ name: String, _ addresses: [String: [IPAddress]], _ settings: Settings
    ) -> [Server] {
        if name.hasPrefix("/") { return [Server(address: .unix(path: name), name: name)] }
        if let address = IPAddress(name) {
            // One of IPv4 stays, to be told about when it is its turn: as in dig, it is only mapped.
            let isUsable = !address.isIPv6 || settings.hasAddressesOf6
            return isUsable ? [Server(address: .ip(address), name: name)] : []
        }
        let found = addresses[name] ?? []
        return found.filter { address in
            address.isIPv6 ? settings.hasAddressesOf6 : settings.hasAddressesOf4
        }.prefix(maxAddresses).map { Server(address: .ip($0), name: name) }
    }

    /// Why a word names no server.
    static func reason(_ name: String, _ addresses: [String: [IPAddress]]) -> String {
        guard IPAddress(name) == nil else { return "address family not supported" }
        return addresses[name] == nil && !name.isEmpty ? "failure" : "not found"
    }

    /// The names among the words of a command line whose addresses are to be found first.
    static func names(in arguments: [String]) -> [String] {
        arguments.flatMap { argument -> [String] in
            if argument.hasPrefix("@") { return [String(argument.dropFirst())] }
            guard argument.hasPrefix("+ser"), let equals = argument.firstIndex(of: "=") else {
                return []
            }
            return argument[equals...].dropFirst().split(separator: ",").map(String.init)
        }.filter { !$0.hasPrefix("/") && IPAddress($0) == nil && !$0.isEmpty }
    }
}

/// What `/etc/resolv.conf` says, as dig reads it.
enum SystemServers {
    static func settings(_ text: String?) -> Settings {
        let configuration = ResolverConfiguration(resolvConf: text ?? "")
        var settings = Settings()
        settings.ndots = configuration.ndots
        settings.search = configuration.search.map { "\($0)" }
        if let text, text.contains("nameserver") {
            settings.servers = configuration.servers.compactMap { address in
                address.ip.map { Server(address: .ip($0), name: "\($0)") }
            }
        }
        settings.timeout = number("timeout", text)
        return settings
    }

    /// How often a server is asked.
    static func tries(_ text: String?) -> Int {
        guard let number = number("attempts", text), number > 0 else { return 3 }
        return Int(number)
    }

    private static func number(_ option: String, _ text: String?) -> UInt32? {
        for line in (text ?? "").split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.first == "options" else { continue }
            for word in words where word.hasPrefix("\(option):") {
                return UInt32(word.dropFirst(option.utf8.count + 1))
            }
        }
        return nil
    }
}

extension Settings {
    /// Whether a server cannot be asked, as only the other family may be used.
    func isForbidden(_ server: Server) -> Bool {
        guard case .ip(let address) = server.address else { return false }
        return !address.isIPv6 && !self.hasAddressesOf4
    }

    /// The system's servers of the families that may be used; this host when there are none.
    var systemServers: [Server] {
        let usable = self.servers.filter { server in
            guard case .ip(let address) = server.address else { return true }
            return address.isIPv6 ? self.hasAddressesOf6 : self.hasAddressesOf4
        }
        guard usable.isEmpty else { return usable }
        var local: [Server] = []
        if self.hasAddressesOf6 { local.append(Server(address: .ip(.loopback6), name: "::1")) }
        if self.hasAddressesOf4 {
            local.append(Server(address: .ip(.loopback4), name: "127.0.0.1"))
        }
        return local
    }
}
