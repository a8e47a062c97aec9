/// One rule of a `/robots.txt`: a path with `*` for anything, and `$` for its end.
///
/// RFC 9309 §2.2.2 and §2.2.3.
struct RobotsRule: Equatable, Sendable {
    let isAllowed: Bool
    /// How many octets it has: the longer counts more.
    let length: Int
    /// What stands between the stars, percent-encoded as targets are.
    private let parts: [[UInt8]]
    /// Whether the target has to end with it.
    private let isAnchored: Bool

    init(_ pattern: some Collection<UInt8>, isAllowed: Bool) {
        self.isAllowed = isAllowed
        var pattern = Array(pattern)
        let isAnchored = pattern.last == UInt8(ascii: "$")
        if isAnchored { pattern.removeLast() }
        let parts = pattern.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
            .map { Self.normalized($0, encodesOthers: true) }
        self.parts = parts
        self.isAnchored = isAnchored
        length = parts.reduce(parts.count - 1 + (isAnchored ? 1 : 0)) { $0 + $1.count }
    }

    /// A target in the form in which it is compared.
    static func normalized(_ target: String) -> [UInt8] {
        normalized(Array(target.utf8)[...], encodesOthers: false)
    }

    /// Whether a target in its normal form matches.
    func matches(_ target: [UInt8]) -> Bool {
        guard let first = parts.first, let last = parts.last, target.starts(with: first)
        else { return false }
        if parts.count == 1 { return !isAnchored || target.count == first.count }
        // The leftmost place of each part leaves the most room for the others.
        var place = first.count
        for part in parts.dropFirst().dropLast(isAnchored ? 1 : 0) {
            guard let end = Self.end(of: part, in: target, from: place) else { return false }
            place = end
        }
        guard isAnchored else { return true }
        return target.count - place >= last.count && target.suffix(last.count).elementsEqual(last)
    }

    /// Where the first place of `part` at or after `start` ends; in linear time (Knuth, Morris, Pratt),
    /// for rules and targets are both made by others.
    private static func end(of part: [UInt8], in target: [UInt8], from start: Int) -> Int? {
        guard !part.isEmpty else { return start }
        guard target.count - start >= part.count else { return nil }
        // How long the longest beginning of the part is that also ends at each place of it.
        var overlaps = [0]
        overlaps.reserveCapacity(part.count)
        var length = 0
        for octet in part.dropFirst() {
            while length > 0, part[length] != octet { length = overlaps[length - 1] }
            if part[length] == octet { length += 1 }
            overlaps.append(length)
        }
        length = 0
        for place in start..<target.count {
            while length > 0, part[length] != target[place] { length = overlaps[length - 1] }
            if part[length] == target[place] { length += 1 }
            if length == part.count { return place + 1 }
        }
        return nil
    }

    /// Writes what needs no encoding without, other encodings in upper case, and the signs that rules
    /// give a meaning to encoded.
    private static func normalized(
        _ octets: ArraySlice<UInt8>, encodesOthers: Bool
    ) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        output.reserveCapacity(octets.count)
        var index = octets.startIndex
        while index < octets.endIndex {
            var octet = octets[index]
            var isEncoded = false
            if octet == UInt8(ascii: "%"), index + 2 < octets.endIndex,
                let high = PercentEncoding.hexValue(octets[index + 1]),
                let low = PercentEncoding.hexValue(octets[index + 2])
            {
                octet = high << 4 | low
                isEncoded = !isUnreserved(octet)
                index += 2
            } else if octet == UInt8(ascii: "*") || octet == UInt8(ascii: "$")
                || encodesOthers && (octet <= 0x20 || octet >= 0x7F)
            {
                isEncoded = true
            }
            index += 1
            if isEncoded {
                output += [UInt8(ascii: "%"), digits[Int(octet >> 4)], digits[Int(octet & 15)]]
            } else {
                output.append(octet)
            }
        }
        return output
    }

    private static func isUnreserved(_ octet: UInt8) -> Bool {
        (octet | 0x20) &- 0x61 < 26 || octet &- 0x30 < 10 || "-._~".utf8.contains(octet)
    }
}
