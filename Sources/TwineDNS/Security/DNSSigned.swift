/// A record is added to a message that was written, as signatures are.
enum DNSSigned {
    /// The message, if it has a header, and room in it for one record more.
    static func unsigned(_ message: [UInt8]) throws(DNSError) -> [UInt8] {
        guard message.count >= DNSMessage.headerLength else {
            throw .tooShort(
                needed: DNSMessage.headerLength, available: message.count, offset: 0)
        }
        guard message[10] < 255 || message[11] < 255 else { throw .recordsTooMany(count: 65_536) }
        return message
    }

    /// Appends a record to the additional section.
    static func append(_ record: [UInt8], to message: inout [UInt8]) throws(DNSError) {
        let length = message.count + record.count
        guard length <= DNSMessage.maxLength else { throw .messageTooLong(length: length) }
        message += record
        let count = (UInt16(message[10]) << 8 | UInt16(message[11])) + 1
        message[10] = UInt8(count >> 8)
        message[11] = UInt8(truncatingIfNeeded: count)
    }
}
