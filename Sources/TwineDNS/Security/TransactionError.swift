/// Why a message is not from who knows the key, or cannot be told to be.
///
/// RFC 8945 §5.
public enum TransactionError: Error, Equatable, Sendable {
    /// The message cannot be read.
    case malformed(DNSError)
    /// A TSIG record is not the last of the additional section, or not the only one, or its class
    /// or rdata is not that of one.
    case recordInvalid(offset: Int)
    /// It is a query, not a response.
    case notResponse
    /// A response has no signature where there must be one.
    case missing
    /// Over 99 messages of a stream followed each other without a signature.
    case unsignedTooMany(count: Int)
    /// It is signed by another key or algorithm than the query was (BADKEY).
    case keyMismatch(name: DNSName, algorithm: DNSName)
    /// The signature is not that of the message (BADSIG).
    case signatureMismatch
    /// The signature has no octets, though the server could sign the error that is told, if any: it may be
    /// anybody's.
    case signatureEmpty(error: UInt16)
    /// The signature has more octets than its digest, or fewer than may be sent.
    case signatureLengthInvalid(length: Int, digest: Int)
    /// The signature is truncated to fewer octets than are wanted (BADTRUNC).
    case signatureTruncated(length: Int, wanted: Int)
    /// The message was signed at another time than now, by over `fudge` seconds (BADTIME).
    case timeMismatch(signed: Int, fudge: Int, now: Int)
    /// The server tells an error of the query's signature; the time is that of its clock, in seconds
    /// since 1970, if it tells that.
    case reported(code: UInt16, serverTime: Int?)
    /// The cryptographic library failed.
    case digestFailed
}

extension TransactionError: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        switch self {
        case .malformed(let error): "malformed message: \(error)"
        case .recordInvalid(let offset): "invalid TSIG record at octet \(offset)"
        case .notResponse: "a signed query came in place of a response"
        case .missing: "the message is not signed"
        case .unsignedTooMany(let count): "\(count) messages without a signature"
        case .keyMismatch(let name, let algorithm):
            "signed with another key, \(name) (\(algorithm))"
        case .signatureMismatch: "the signature is wrong"
        case .signatureEmpty(error: 0): "the signature is empty"
        case .signatureEmpty(let error):
            "the signature is empty, and somebody reports \(DNSMnemonics.transactionError(error))"
        case .signatureLengthInvalid(let length, let digest):
            "a signature of \(length) octets, the digest has \(digest)"
        case .signatureTruncated(let length, let wanted):
            "a signature of only \(length) octets, \(wanted) are wanted"
        case .timeMismatch(let signed, let fudge, let now):
            signed > now
                ? "signed \(UInt(bitPattern: signed &- now)) s after now, \(fudge) s are allowed"
                : "signed \(UInt(bitPattern: now &- signed)) s before now, \(fudge) s are allowed"
        case .reported(let code, let serverTime):
            "the server reports \(DNSMnemonics.transactionError(code))"
                + (serverTime.map { ", its clock says \($0)" } ?? "")
        case .digestFailed: "the cryptographic library failed"
        }
    }

    /// What BIND's programs call it: in dig behind `;; Couldn't verify signature: `.
    public var bindDescription: String {
        switch self {
        case .malformed, .recordInvalid, .signatureLengthInvalid: "FORMERR"
        case .notResponse: "expected a response"
        case .missing, .unsignedTooMany: "expected a TSIG or SIG(0)"
        case .keyMismatch, .signatureMismatch, .signatureEmpty, .signatureTruncated:
            "tsig verify failure"
        case .timeMismatch, .reported(code: 18, _): "clocks are unsynchronized"
        case .reported: "tsig indicates error"
        case .digestFailed: "crypto failure"
        }
    }
}
