/// The value of a `srcset`: images in several sizes.
///
/// WHATWG HTML §4.8.4.2.2.
enum SourceSet {
    /// Where the addresses stand.
    static func addresses(_ octets: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var place = 0
        while place < octets.count {
            while place < octets.count,
                octets[place].isHTMLSpace || octets[place] == UInt8(ascii: ",")
            {
                place += 1
            }
            let start = place
            while place < octets.count, !octets[place].isHTMLSpace { place += 1 }
            var end = place
            while end > start, octets[end - 1] == UInt8(ascii: ",") { end -= 1 }
            if end > start { found.append(start..<end) }
            // A comma at the end of the address says that no size follows.
            if end == place { place = endOfSize(octets, from: place) }
        }
        return found
    }

    /// Commas in parentheses do not end a size.
    private static func endOfSize(_ octets: [UInt8], from start: Int) -> Int {
        var isInside = false
        var place = start
        while place < octets.count {
            switch octets[place] {
            case UInt8(ascii: "("): isInside = true
            case UInt8(ascii: ")"): isInside = false
            case UInt8(ascii: ",") where !isInside: return place
            default: break
            }
            place += 1
        }
        return place
    }
}
