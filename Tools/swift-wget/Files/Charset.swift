#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An encoding of text, by the name that iconv(3) knows.
struct Charset: Hashable, Sendable {
    var name: String

    static let utf8 = Charset(name: "UTF-8")

    /// Names are compared without regard to case; `UTF8` is what some systems call it.
    var isUTF8: Bool {
        let name = name.lowercased()
        return name == "utf-8" || name == "utf8"
    }

    enum Failure: Error, Hashable {
        /// The system cannot convert between the two.
        case unsupported(from: Charset, to: Charset)
        /// The octets are no text of this encoding, or the other one has no such characters.
        case invalidSequence

        /// wget's words for it, without a line end.
        func message(_ quotes: Quotes) -> Octets {
            switch self {
            case .unsupported(let from, let to):
                "Conversion from " + Octets(from.name).quoted(quotes) + " to "
                    + Octets(to.name).quoted(quotes) + " isn't supported"
            case .invalidSequence:
                "Incomplete or invalid multibyte sequence encountered"
            }
        }
    }

    /// The most octets that are converted: far more than a name or a URL has.
    static let limit = 1 << 20

    /// Converts octets of this encoding.
    ///
    /// - Throws: ``Failure``; nothing is replaced by question marks.
    func convert(_ octets: [UInt8], to other: Charset) throws(Failure) -> [UInt8] {
        guard octets.count <= Self.limit else { throw .invalidSequence }
        guard let converter = unsafe iconv_open(other.name, name),
            Int(bitPattern: converter) != -1
        else { throw .unsupported(from: self, to: other) }
        defer { unsafe _ = iconv_close(converter) }
        // No encoding needs more than this for a character of one octet: a mark at the beginning,
        // shifts there and back, and four octets.
        var output = [CChar](repeating: 0, count: octets.count * 8 + 16)
        var input = octets.map { CChar(bitPattern: $0) }
        let filled: Int? = unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                var from = input.baseAddress
                var fromCount = input.count
                var to = output.baseAddress
                let room = output.count
                var toCount = room
                let result = unsafe iconv(converter, &from, &fromCount, &to, &toCount)
                guard result != -1 else { return nil }
                _ = unsafe iconv(converter, nil, nil, &to, &toCount)
                return room - toCount
            }
        }
        guard let filled else { throw .invalidSequence }
        return output[..<filled].map { UInt8(bitPattern: $0) }
    }
}

extension WgetURL {
    /// Writes a URL of another encoding in UTF-8, as servers of today read it.
    ///
    /// What was escaped is decoded on the way, but for what has a meaning: `%E9` of Latin-1 becomes
    /// `%C3%A9`, and `%41` becomes `A`. What is UTF-8 stays as it is.
    ///
    /// - Throws: ``Charset/Failure``; then wget goes on with the URL as it was.
    static func recoded(
        _ text: [UInt8], from charset: Charset
    ) throws(Charset.Failure) -> [UInt8] {
        guard !charset.isUTF8 else { return text }
        let decoded = URLOctets.decoded(text, reserved: false)
        return try charset.convert(decoded, to: .utf8)
    }
}
