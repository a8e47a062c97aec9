import TwineBytes

extension DNSMessage {
    /// The octets of a header on the wire.
    ///
    /// RFC 1035 §4.1.1.
    public static let headerLength = 12

    /// Parses one message.
    ///
    /// Compression pointers only lead backward, at most ``DNSName/maxPointers`` for one name, so
    /// hostile input ends.
    ///
    /// - Parameter bytes: A whole message: a UDP payload, or a TCP frame without its 2-octet length.
    /// - Returns: The message; sections keep the order of the wire.
    /// - Throws: ``DNSError`` at the first octet that breaks the format; nothing is returned in part.
    /// - Complexity: O(*n*) in the octets that are read, counting those that pointers lead to.
    ///
    /// RFC 1035 §4.1, RFC 6891 §6.1.
    public static func parse(_ bytes: Span<UInt8>) throws(DNSError) -> DNSMessage {
        var reader = DNSMessageReader(DNSMessageBuilder(), isStrict: true)
        try reader.read(bytes)
        return reader.sink.message
    }

    /// Parses what can be read of a message.
    ///
    /// It goes on over rdata that does not have the form of its type (kept as it came), and over
    /// misplaced OPT records and octets after the end. Broken framing ends it.
    ///
    /// - Parameter bytes: As in ``parse(_:)``.
    /// - Returns: What could be read, and the first error if there was one. Without a whole header
    ///   the message is empty.
    public static func parseLeniently(
        _ bytes: Span<UInt8>
    ) -> (message: DNSMessage, error: DNSError?) {
        var reader = DNSMessageReader(DNSMessageBuilder(), isStrict: false)
        do throws(DNSError) {
            try reader.read(bytes)
            return (reader.sink.message, reader.firstError)
        } catch {
            return (reader.sink.message, reader.firstError ?? error)
        }
    }
}

/// Makes a message of its parts.
private struct DNSMessageBuilder: DNSMessageSink {
    var message = DNSMessage()
    /// The name of the record before, which is often that of the next.
    private var lastName = DNSName.root

    mutating func take(_ header: DNSMessage.Header) { message.header = header }

    mutating func take(_ question: DNSMessage.Question) { message.question.append(question) }

    mutating func reserve(_ count: Int, in section: DNSMessageSection) {
        switch section {
        case .answer: message.answer.reserveCapacity(count)
        case .authority: message.authority.reserveCapacity(count)
        case .additional: message.additional.reserveCapacity(count)
        }
    }

    mutating func take(_ octets: borrowing DNSRecordOctets, in section: DNSMessageSection) {
        if !octets.hasNameOfLast {
            lastName = DNSName(validated: [UInt8](copying: octets.name.span))
        }
        let record = DNSRecord(
            name: lastName, type: octets.type, recordClass: octets.recordClass,
            timeToLive: octets.timeToLive, rdata: [UInt8](copying: octets.rdata.span))
        switch section {
        case .answer: message.answer.append(record)
        case .authority: message.authority.append(record)
        case .additional: message.additional.append(record)
        }
    }
}
