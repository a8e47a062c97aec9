extension DNSExtensions {
    /// What proves to each side that the other can be reached at its address.
    ///
    /// RFC 7873 §4.
    public struct Cookie: Hashable, Sendable {
        /// The client's 8 octets.
        public let client: [UInt8]
        /// The server's 8 to 32 octets; none in a first query.
        public let server: [UInt8]

        /// Makes a cookie; nil when a part has another length.
        ///
        /// - Parameters:
        ///   - client: 8 octets that the server cannot guess for others.
        ///   - server: What the server gave for them, 8 to 32 octets, or none.
        public init?(client: [UInt8], server: [UInt8] = []) {
            guard client.count == 8, server.isEmpty || 8...32 ~= server.count else { return nil }
            self.client = client
            self.server = server
        }
    }
}
