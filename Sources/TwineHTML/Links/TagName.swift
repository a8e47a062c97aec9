/// The name of a tag, in lower case; of one that is longer than any known, the beginning.
///
/// It is two numbers, as most of a page's time goes into telling names apart.
struct TagName: Hashable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private(set) var count = 0

    /// No known name is longer.
    private static let longest = 16

    init() {}

    init(_ text: String) { self.init(Array(text.utf8)) }

    init(_ octets: [UInt8]) {
        for octet in octets { append(octet) }
    }

    mutating func append(_ octet: UInt8) {
        guard count < Self.longest else { return }
        if count < 8 {
            first |= UInt64(octet) << (count * 8)
        } else {
            second |= UInt64(octet) << ((count - 8) * 8)
        }
        count += 1
    }

    var text: String {
        let octets = (0..<count).map { index in
            UInt8(truncatingIfNeeded: (index < 8 ? first : second) >> (index % 8 * 8))
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// A small number that is the same for equal names.
    var slot: Int { Int(truncatingIfNeeded: (first &* 0x9e37_79b9_7f4a_7c15) >> 56) }
}
