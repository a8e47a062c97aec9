extension SOCKSHandshake: ConnectionHandshake {
    /// See ``ConnectionHandshake``.
    public mutating func receiveEndOfInput() -> any Error { SOCKSError.closed }
}

extension SOCKSDestination {
    /// An address; its zone is this machine's own affair.
    public init(_ address: IPAddress, port: UInt16) {
        switch address {
        case .v4(let bits): self = .ipv4(bits, port: port)
        case .v6(let high, let low, _): self = .ipv6(high: high, low: low, port: port)
        }
    }
}
