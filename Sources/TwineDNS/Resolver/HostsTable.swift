public import TwineCore

/// The addresses that hosts(5) gives for names.
public struct HostsTable: Equatable, Sendable {
    private var addresses: [DNSName: [IPAddress]] = [:]

    /// Makes an empty table.
    public init() {}

    /// Reads the content of a hosts file; lines that it does not understand it passes over.
    ///
    /// - Parameter octets: The content: lines of an address, a name, and further names; `#` begins a
    ///   comment.
    public init(_ octets: [UInt8]) {
        // Lists that block advertising have a hundred thousand lines of one address: it is read once.
        var lastText: ArraySlice<UInt8> = []
        var lastAddress: IPAddress?
        for line in octets.split(separator: UInt8(ascii: "\n")) {
            let content = line.prefix { $0 != UInt8(ascii: "#") }
            let words = content.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
            guard let text = words.first, words.count > 1 else { continue }
            if text != lastText {
                lastText = text
                lastAddress = IPAddress(String(decoding: text, as: UTF8.self))
            }
            guard let address = lastAddress else { continue }
            for word in words.dropFirst() {
                guard let name = try? DNSName(String(decoding: word, as: UTF8.self)) else {
                    continue
                }
                addresses[name, default: []].append(address)
            }
        }
    }

    /// The addresses of one family.
    ///
    /// - Parameters:
    ///   - name: The name; case does not count.
    ///   - family: Of which kind.
    /// - Returns: The addresses in the order of the file; none if the name only has others, nil if
    ///   the file does not have the name.
    public func addresses(of name: DNSName, family: AddressFamily) -> [IPAddress]? {
        addresses[name].map { all in
            var found: [IPAddress] = []
            for address in all where address.isIPv6 == (family == .ipv6) {
                if !found.contains(address) { found.append(address) }
            }
            return found
        }
    }
}
