extension WebURL {
    /// A host: whom a URL talks to.
    ///
    /// WHATWG URL §3.
    public enum Host: Hashable, Sendable {
        /// A name to be looked up, lower-case ASCII, international labels as `xn--…`.
        case domain(String)
        /// An IPv4 address, its first octet in the highest bits.
        case ipv4(UInt32)
        /// An IPv6 address, its first octet in the highest bits.
        case ipv6(UInt128)
        /// The host of a scheme that is not special; its meaning belongs to that scheme.
        case opaque(String)
        /// An empty host, as in `file:///etc/hosts`.
        case empty
    }
}

extension WebURL.Host: CustomStringConvertible {
    /// The host as it stands in a URL: IPv6 addresses in brackets.
    public var description: String {
        switch self {
        case .domain(let name), .opaque(let name):
            return name
        case .ipv4(let address):
            var output: [UInt8] = []
            IPv4Number.serialize(address, to: &output)
            return String(decoding: output, as: UTF8.self)
        case .ipv6(let address):
            var output: [UInt8] = [UInt8(ascii: "[")]
            IPv6Text.serialize(address, to: &output)
            output.append(UInt8(ascii: "]"))
            return String(decoding: output, as: UTF8.self)
        case .empty:
            return ""
        }
    }
}
