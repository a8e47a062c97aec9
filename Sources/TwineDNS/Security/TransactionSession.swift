import TwineBytes

/// Signs a query with a key, and checks that what comes back is signed with it: TSIG.
///
/// ```swift
/// var session = TransactionSession(key: key)
/// let signed = try session.sign(try query.serialize(), at: now)
/// …
/// try session.verify(response.span, at: now)
/// ```
///
/// Of the messages of a zone transfer up to 99 may follow each other without a signature: they are
/// verified when the next signed one is, so nothing of them is to be trusted before
/// ``isVerified``. A message that fails changes nothing: over UDP, where anybody may have sent it,
/// the right one can still come.
///
/// RFC 8945 §5.
public struct TransactionSession: Sendable {
    /// The key.
    public let key: TransactionKey
    /// How many messages of a stream may come without a signature between two that have one.
    ///
    /// RFC 8945 §5.3.1.
    public static let mostUnsigned = 99
    /// Whether all messages so far are covered by a signature, and one has come.
    public private(set) var isVerified = false
    /// How many messages have come since the last signature.
    public private(set) var unsignedCount = 0

    /// What the next signature is a digest of, so far: first the signature before it.
    private var digest: KeyedDigest?
    /// Whether a signed response has come.
    private var hasResponse = false

    /// Makes a session of one query and its responses.
    ///
    /// - Parameter key: What to sign with.
    public init(key: TransactionKey) { self.key = key }

    /// Adds a signature to a query; the session begins anew with it.
    ///
    /// - Parameters:
    ///   - query: A whole message, as ``DNSMessage/serialize()`` makes it.
    ///   - now: The time, in seconds since 1970.
    ///   - fudge: How many seconds the server's clock may be away from it.
    /// - Returns: The message with a TSIG record at its end.
    /// - Throws: ``DNSError`` if the query has no header, or no room for one record more;
    ///   ``DNSError/signingFailed`` if the cryptographic library does not have the algorithm.
    ///
    /// RFC 8945 §5.1.
    public mutating func sign(
        _ query: [UInt8], at now: Int, fudge: UInt16 = 300
    ) throws(DNSError) -> [UInt8] {
        var message = try DNSSigned.unsigned(query)
        var record = TransactionRecord(
            key, time: UInt64(clamping: now) & 0xffff_ffff_ffff, fudge: fudge,
            originalID: UInt16(query[0]) << 8 | UInt16(query[1]))
        let variables = record.variables
        guard var digest = KeyedDigest(key), digest.update(query.span),
            digest.update(variables.span), let signature = digest.finish()
        else { throw .signingFailed }
        record.signature = Array(signature.prefix(key.signatureLength))
        try DNSSigned.append(record.wire, to: &message)
        self = TransactionSession(key: key)
        self.digest = beginning(after: record.signature)
        return message
    }

    /// A digest that begins with the signature before.
    private func beginning(after signature: [UInt8]) -> KeyedDigest? {
        let count = UInt16(truncatingIfNeeded: signature.count)
        let octets = [UInt8(count >> 8), UInt8(truncatingIfNeeded: count)] + signature
        guard var digest = KeyedDigest(key), digest.update(octets.span) else { return nil }
        return digest
    }

    /// Checks the next message that came in response to the query.
    ///
    /// - Parameters:
    ///   - message: The whole message, as it came.
    ///   - now: The time, in seconds since 1970.
    /// - Throws: ``TransactionError``; the session is then as it was before. Before a query was
    ///   signed it is ``TransactionError/digestFailed``.
    ///
    /// RFC 8945 §5.3, §5.4.
    public mutating func verify(
        _ message: Span<UInt8>, at now: Int
    ) throws(TransactionError) {
        guard let digest else { throw .digestFailed }
        guard let (place, record) = try Self.record(of: message) else {
            return try receiveUnsigned(message, digest)
        }
        guard record.name == key.name, record.algorithm == key.algorithm.name else {
            throw .keyMismatch(name: record.name, algorithm: record.algorithm)
        }
        try verify(record, digest, message, start: place.start)
        try Self.verifyTime(record, now)
        guard record.signature.isEmpty || record.signature.count >= key.signatureLength else {
            throw .signatureTruncated(
                length: record.signature.count, wanted: key.signatureLength)
        }
        guard record.error == 0 else {
            throw .reported(code: record.error, serverTime: record.serverTime)
        }
        guard let next = beginning(after: record.signature) else { throw .digestFailed }
        self.digest = next
        hasResponse = true
        isVerified = true
        unsignedCount = 0
    }

    /// The stream of responses has ended.
    ///
    /// - Throws: ``TransactionError/missing`` if its last message was not signed, or none came.
    public func receiveEnd() throws(TransactionError) {
        guard isVerified else { throw .missing }
    }

    /// Finds the TSIG record, and where it stands; nil without one.
    private static func record(
        of message: Span<UInt8>
    ) throws(TransactionError) -> (DNSRecordScanner.Record, TransactionRecord)? {
        var found: DNSRecordScanner.Record?
        var isLast = true
        let isResponse: Bool
        do throws(DNSError) {
            var scanner = try DNSRecordScanner(message)
            isResponse = scanner.header.isResponse
            for _ in 0..<scanner.count(ofSection: 0) { try scanner.nextQuestion() }
            // Most messages of a stream have nothing behind their answer to look for.
            let hasMore = scanner.count(ofSection: 3) > 0
            let count = hasMore ? (1...3).reduce(0) { $0 + scanner.count(ofSection: $1) } : 0
            for index in 0..<count {
                let record = try scanner.next()
                guard found == nil, record.type == .tsig else { continue }
                found = record
                isLast = index == count - 1
            }
        } catch {
            throw .malformed(error)
        }
        guard isResponse else { throw .notResponse }
        guard let found else { return nil }
        guard isLast, let record = TransactionRecord(message, found) else {
            throw .recordInvalid(offset: found.start)
        }
        return (found, record)
    }

    /// RFC 8945 §5.3.1: a message between two that are signed.
    private mutating func receiveUnsigned(
        _ message: Span<UInt8>, _ digest: KeyedDigest
    ) throws(TransactionError) {
        guard hasResponse else { throw .missing }
        guard unsignedCount < Self.mostUnsigned else {
            throw .unsignedTooMany(count: unsignedCount + 1)
        }
        var next = digest
        guard next.update(message) else { throw .digestFailed }
        self.digest = next
        unsignedCount += 1
        isVerified = false
    }

    /// RFC 8945 §5.2.2: the signature is of its message.
    private func verify(
        _ record: TransactionRecord, _ digest: KeyedDigest, _ message: Span<UInt8>, start: Int
    ) throws(TransactionError) {
        let length = record.signature.count
        guard length > 0 else {
            // Who does not know the key cannot sign that it does not.
            let isUnsignable = record.error == 16 || record.error == 17
            if isUnsignable { return }
            throw .signatureEmpty(error: record.error)
        }
        let whole = key.algorithm.digestLength
        guard length <= whole, length >= max(10, whole / 2) || length == key.signatureLength else {
            throw .signatureLengthInvalid(length: length, digest: whole)
        }
        // The header as it was before the record was added.
        var header = [UInt8](copying: message.extracting(0..<DNSMessage.headerLength))
        header[0] = UInt8(record.originalID >> 8)
        header[1] = UInt8(truncatingIfNeeded: record.originalID)
        let count = (UInt16(header[10]) << 8 | UInt16(header[11])) &- 1
        header[10] = UInt8(count >> 8)
        header[11] = UInt8(truncatingIfNeeded: count)
        let rest = message.extracting(DNSMessage.headerLength..<start)
        let end = hasResponse ? record.timers : record.variables
        var next = digest
        guard next.update(header.span), next.update(rest), next.update(end.span),
            let wanted = next.finish()
        else { throw .digestFailed }
        // All octets are compared, so that the time taken tells nothing of where they differ.
        let difference = zip(wanted, record.signature).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        guard difference == 0 else { throw .signatureMismatch }
    }

    /// RFC 8945 §5.2.3.
    private static func verifyTime(
        _ record: TransactionRecord, _ now: Int
    ) throws(TransactionError) {
        // Without a signature the time is nobody's word; the error that is told says more.
        guard !record.signature.isEmpty, record.error != 18 else { return }
        let signed = Int(record.time)
        let (distance, overflows) = now.subtractingReportingOverflow(signed)
        guard !overflows, distance.magnitude <= UInt(record.fudge) else {
            throw .timeMismatch(signed: signed, fudge: Int(record.fudge), now: now)
        }
    }
}
