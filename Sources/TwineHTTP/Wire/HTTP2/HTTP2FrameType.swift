/// What a frame is.
///
/// RFC 9113 §6.
struct HTTP2FrameType: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt8

    static let data = Self(rawValue: 0)
    static let headers = Self(rawValue: 1)
    static let priority = Self(rawValue: 2)
    static let reset = Self(rawValue: 3)
    static let settings = Self(rawValue: 4)
    static let pushPromise = Self(rawValue: 5)
    static let ping = Self(rawValue: 6)
    static let goAway = Self(rawValue: 7)
    static let windowUpdate = Self(rawValue: 8)
    static let continuation = Self(rawValue: 9)
}

extension HTTP2FrameType: CustomStringConvertible {
    private static let names = [
        "DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY",
        "WINDOW_UPDATE", "CONTINUATION",
    ]

    /// The name in RFC 9113, or the number.
    var description: String {
        Int(rawValue) < Self.names.count ? Self.names[Int(rawValue)] : "of type \(rawValue)"
    }
}

/// One parameter of a connection.
///
/// RFC 9113 §6.5.
struct HTTP2Setting: Hashable, Sendable {
    /// What is set.
    struct ID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        let rawValue: UInt16

        static let headerTableSize = Self(rawValue: 1)
        static let enablePush = Self(rawValue: 2)
        static let maxConcurrentStreams = Self(rawValue: 3)
        static let initialWindowSize = Self(rawValue: 4)
        static let maxFrameSize = Self(rawValue: 5)
        static let maxHeaderListSize = Self(rawValue: 6)

        private static let names = [
            "HEADER_TABLE_SIZE", "ENABLE_PUSH", "MAX_CONCURRENT_STREAMS", "INITIAL_WINDOW_SIZE",
            "MAX_FRAME_SIZE", "MAX_HEADER_LIST_SIZE",
        ]

        /// The name in RFC 9113, or the number.
        var description: String {
            (1...6).contains(rawValue) ? Self.names[Int(rawValue) - 1] : "\(rawValue)"
        }
    }

    let id: ID
    let value: UInt32

    init(_ id: ID, _ value: UInt32) {
        self.id = id
        self.value = value
    }
}
