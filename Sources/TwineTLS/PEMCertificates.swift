import COpenSSL

/// The certificates in a PEM text, found by their subjects without being read as a whole.
///
/// RFC 7468 §2, §5; RFC 5280 §4.1.
struct PEMCertificates {
    /// Every certificate's octets, one after the other.
    private var octets: [UInt8] = []
    private var entries: [(certificate: Range<Int>, subject: Range<Int>)] = []
    /// Whether the text has other things than plain certificates.
    private(set) var hasOthers = false

    /// How many there are.
    var count: Int { entries.count }

    /// Finds the certificates of a text; what cannot be decoded is left out.
    init(_ text: [UInt8]) {
        octets.reserveCapacity(text.count * 3 / 4)
        var index = 0
        while let label = Self.nextLabel(text, &index) {
            guard label == "CERTIFICATE" || label == "X509 CERTIFICATE" else {
                hasOthers = true
                continue
            }
            let start = octets.count
            guard appendDecoded(text, &index) else {
                octets.removeLast(octets.count - start)
                hasOthers = true
                continue
            }
            let range = start..<octets.count
            if let subject = DERScanner.subject(of: octets.span.extracting(range)) {
                let inner = (start + subject.lowerBound)..<(start + subject.upperBound)
                entries.append((range, inner))
            } else {
                octets.removeLast(range.count)
                hasOthers = true
            }
        }
    }

    /// The certificates of a subject, given and compared as it is encoded.
    ///
    /// Two encodings of one name are equal by RFC 5280 §7.1 as well; authorities write their own name in
    /// one way, in their certificate as in those they sign.
    func certificates(of subject: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for entry in entries where entry.subject.count == subject.count {
            if octets[entry.subject].elementsEqual(subject) {
                found.append(Array(octets[entry.certificate]))
            }
        }
        return found
    }

    // MARK: Text

    private static let begin = Array("-----BEGIN ".utf8)
    private static let dash = UInt8(ascii: "-")

    /// The label of the next encapsulation boundary; `index` is then behind its line.
    private static func nextLabel(_ text: [UInt8], _ index: inout Int) -> String? {
        while index < text.count {
            let isBoundary =
                text[index] == dash && text.count - index > begin.count
                && text[index..<(index + begin.count)].elementsEqual(begin)
            let lineEnd = text[index...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
            let start = index + begin.count
            index = min(text.count, lineEnd + 1)
            guard isBoundary else { continue }
            let label = text[start..<max(start, lineEnd)].prefix { $0 != dash }
            return String(decoding: label, as: UTF8.self)
        }
        return nil
    }

    /// Decodes base64 up to the next boundary.
    private mutating func appendDecoded(_ text: [UInt8], _ index: inout Int) -> Bool {
        var bits: UInt32 = 0
        var count = 0
        while index < text.count, text[index] != Self.dash {
            let value = Self.sextets[Int(text[index])]
            index += 1
            guard value < 64 else {
                // Line ends and padding; anything else is no base64.
                if value == 64 { continue }
                return false
            }
            bits = bits << 6 | UInt32(value)
            count += 1
            if count % 4 == 0 {
                octets.append(UInt8(truncatingIfNeeded: bits >> 16))
                octets.append(UInt8(truncatingIfNeeded: bits >> 8))
                octets.append(UInt8(truncatingIfNeeded: bits))
            }
        }
        switch count % 4 {
        case 2: octets.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 3:
            octets.append(UInt8(truncatingIfNeeded: bits >> 10))
            octets.append(UInt8(truncatingIfNeeded: bits >> 2))
        case 1: return false
        default: break
        }
        return count > 0
    }

    /// The value of each character; 64 for what is skipped, 65 for what is none.
    private static let sextets: [UInt8] = {
        var table = [UInt8](repeating: 65, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, character) in alphabet.utf8.enumerated() {
            table[Int(character)] = UInt8(value)
        }
        for character in "\r\n\t =".utf8 { table[Int(character)] = 64 }
        return table
    }()
}

/// Finds parts of a certificate without reading the rest.
enum DERScanner {
    private static let sequence: UInt8 = 0x30

    /// Where the subject stands in a certificate: its whole encoding.
    static func subject(of certificate: Span<UInt8>) -> Range<Int>? {
        var index = 0
        // Certificate, and in it TBSCertificate.
        for _ in 0..<2 {
            guard let inner = enter(certificate, at: index) else { return nil }
            index = inner
        }
        // [0] version, which may be missing, serialNumber, signature, issuer, validity.
        var toSkip = index < certificate.count && certificate[index] == 0xa0 ? 5 : 4
        while toSkip > 0 {
            guard let end = end(certificate, at: index) else { return nil }
            index = end
            toSkip -= 1
        }
        guard index < certificate.count, certificate[index] == sequence,
            let end = end(certificate, at: index)
        else { return nil }
        return index..<end
    }

    private static func enter(_ octets: Span<UInt8>, at index: Int) -> Int? {
        guard index < octets.count, octets[index] == sequence else { return nil }
        return header(octets, at: index)?.contents
    }

    private static func end(_ octets: Span<UInt8>, at index: Int) -> Int? {
        header(octets, at: index)?.end
    }

    /// Where the contents of an element begin and end.
    private static func header(
        _ octets: Span<UInt8>, at index: Int
    ) -> (contents: Int, end: Int)? {
        guard index + 2 <= octets.count else { return nil }
        var length = Int(octets[index + 1])
        var contents = index + 2
        if length >= 0x80 {
            let count = length - 0x80
            guard (1...4).contains(count), contents + count <= octets.count else { return nil }
            length = 0
            for _ in 0..<count {
                length = length << 8 | Int(octets[contents])
                contents += 1
            }
        }
        guard length <= octets.count - contents else { return nil }
        return (contents, contents + length)
    }
}
