import TwineBytes

extension DNSMessage {
    /// How a message was sent or came: what dig's YAML tells around it.
    ///
    /// The words are those of dnstap.
    public struct Delivery: Hashable, Sendable {
        /// An address and a port.
        public struct Endpoint: Hashable, Sendable {
            /// The address as text, such as `192.0.2.1` or `2001:db8::1`.
            public var address: String
            /// The port.
            public var port: UInt16

            /// Makes an endpoint.
            ///
            /// - Parameters:
            ///   - address: The address as text.
            ///   - port: The port.
            public init(address: String, port: UInt16) {
                self.address = address
                self.port = port
            }
        }

        /// Whether it is a query that was sent, not a response that came.
        public var isQuery = false
        /// When the query was sent, in microseconds since 1970; nil is not told.
        public var queryTime: Int?
        /// When the response came, in microseconds since 1970; nil is not told.
        public var responseTime: Int?
        /// Whether times are told to the microsecond, not the millisecond (`+usec`).
        public var hasMicroseconds = false
        /// How many octets the message has.
        public var length = 0
        /// Whether it went over a stream: TCP, TLS or HTTPS.
        public var isStream = false
        /// The server's side; nil is not told.
        public var response: Endpoint?
        /// The client's side; nil is not told.
        public var query: Endpoint?

        /// A response of which nothing else is told.
        public init() {}
    }

    /// The message in YAML, as dig prints it with `+yaml`: an item of a list, with what is known of
    /// its delivery.
    ///
    /// - Parameters:
    ///   - delivery: How it was sent or came.
    ///   - style: Which parts are written.
    ///   - wire: The octets that it came as, whose counts are told; nil counts what is there.
    /// - Returns: Lines, each with its end.
    public func yaml(
        _ delivery: Delivery, _ style: DNSMessageStyle = DNSMessageStyle(),
        wire: Span<UInt8>? = nil
    ) -> String {
        var yaml = DNSYAMLWriter(depth: 0)
        yaml.line("- type: MESSAGE")
        yaml.depth = 1
        yaml.line("message:")
        yaml.depth = 2
        let isRecursive =
            header.recursionDesired && (delivery.isQuery || header.recursionAvailable)
        let kind = delivery.isQuery ? "QUERY" : "RESPONSE"
        yaml.line("type: \(isRecursive ? "RECURSIVE" : "AUTH")_\(kind)")
        if let time = delivery.queryTime {
            yaml.line("query_time: !!timestamp \(delivery.text(of: time))")
        }
        if !delivery.isQuery, let time = delivery.responseTime {
            yaml.line("response_time: !!timestamp \(delivery.text(of: time))")
        }
        yaml.line("message_size: \(delivery.length)b")
        if let response = delivery.response {
            yaml.line("socket_family: \(response.address.contains(":") ? "INET6" : "INET")")
            yaml.line("socket_protocol: \(delivery.isStream ? "TCP" : "UDP")")
            response.write("response", to: &yaml)
        }
        delivery.query?.write("query", to: &yaml)
        yaml.line("\(kind.lowercased())_message_data:")
        return String(decoding: yaml.text, as: UTF8.self)
            + self.yaml(style, wire: wire)
    }
}

extension DNSMessage.Delivery {
    /// A time as in ISO 8601.
    fileprivate func text(of microseconds: Int) -> String {
        let seconds = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let digits = Array(DNSTime.text(ofSeconds: seconds.quotient))
        func part(_ range: Range<Int>) -> String {
            String(digits[range.clamped(to: 0..<digits.count)])
        }
        let fraction = String(1_000_000 + seconds.remainder).dropFirst().prefix(
            hasMicroseconds ? 6 : 3)
        return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):"
            + "\(part(12..<14)).\(fraction)Z"
    }
}

extension DNSMessage.Delivery.Endpoint {
    /// Writes the address, in which `::` alone has a zero so that it is not read as a mapping.
    fileprivate func write(_ side: String, to yaml: inout DNSYAMLWriter) {
        yaml.quoted("\(side)_address: ", Array((address == "::" ? "::0" : address).utf8), "")
        yaml.line("\(side)_port: \(port)")
    }
}
