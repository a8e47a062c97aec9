/// A part of a source with its references decoded, that knows where each of its octets comes from.
struct DecodedText {
    private(set) var octets: [UInt8] = []
    /// For each octet, and for the end, its place in the source; nil where they only differ by a
    /// constant.
    private var places: [Int]?
    private let range: Range<Int>

    /// Decodes a part of the source.
    ///
    /// - Parameters:
    ///   - bytes: The source.
    ///   - range: The part.
    ///   - references: How references are decoded; nil where they mean nothing.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>, references: CharacterReferences.Context?) {
        self.range = range
        octets.reserveCapacity(range.count)
        for place in range { octets.append(bytes[place]) }
        guard let references, octets.contains(UInt8(ascii: "&")) else { return }
        let raw = octets
        octets.removeAll(keepingCapacity: true)
        var places: [Int] = []
        places.reserveCapacity(raw.count + 1)
        var place = 0
        while place < raw.count {
            let start = range.lowerBound + place
            guard raw[place] == UInt8(ascii: "&"),
                let (value, length) = CharacterReferences.reference(raw[place...], references)
            else {
                octets.append(raw[place])
                places.append(start)
                place += 1
                continue
            }
            place += length
            for (index, octet) in value.utf8.enumerated() {
                octets.append(octet)
                // The others cannot be taken apart from the first.
                places.append(index == 0 ? start : range.lowerBound + place)
            }
        }
        places.append(range.upperBound)
        self.places = places
    }

    /// Where octets of the decoded text stand in the source.
    func source(_ decoded: Range<Int>) -> Range<Int> {
        guard let places else {
            return range.lowerBound + decoded.lowerBound..<range.lowerBound + decoded.upperBound
        }
        return places[decoded.lowerBound]..<places[decoded.upperBound]
    }
}
