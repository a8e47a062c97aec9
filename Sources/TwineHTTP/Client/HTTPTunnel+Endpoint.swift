public import TwineCore

extension HTTPTunnel: ConnectionHandshake {
    /// See `ConnectionHandshake`.
    public mutating func receiveEndOfInput() -> any Error {
        octets.isEmpty
            ? HTTPError.noResponse : HTTPError.truncated(received: 0, expected: nil)
    }
}
