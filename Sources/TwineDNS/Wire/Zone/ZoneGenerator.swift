/// The records that one `$GENERATE` stands for.
///
/// `$` is the number at hand, `${offset,width,base}` another form of it, and `\$` or `$$` a dollar.
///
/// BIND's Administrator Reference Manual, "BIND Primary File Extension: the $GENERATE Directive".
struct ZoneGenerator {
    /// The text of the owners, and of the rdata, with `$` for the number.
    let owner: [UInt8]
    let rdata: [UInt8]
    let time: UInt32?
    let type: DNSType
    /// Where it stands in the file.
    let place: DNSTextReader.Word
    private var number: Int
    private let last: Int
    private let step: Int

    /// Reads a range such as `1-254` or `0-100/2`; nil if it is none.
    init?(
        range: String, owner: [UInt8], rdata: [UInt8], time: UInt32?, type: DNSType,
        place: DNSTextReader.Word
    ) {
        let most = Int(Int32.max)
        let parts = range.split(separator: "/", omittingEmptySubsequences: false)
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count <= 2, ends.count == 2, let first = DNSNumber.parse(ends[0], most: most),
            let last = DNSNumber.parse(ends[1], most: most), first <= last,
            let step = parts.count == 2 ? DNSNumber.parse(parts[1], most: most) : 1, step > 0
        else { return nil }
        number = first
        self.last = last
        self.step = step
        self.owner = owner
        self.rdata = rdata
        self.time = time
        self.type = type
        self.place = place
    }

    /// The next number; nil behind the last.
    mutating func next() -> Int? {
        guard number <= last else { return nil }
        defer { number += step }
        return number
    }

    /// The text with the number in it; nil if a form of it is not well formed.
    static func expand(_ template: [UInt8], _ number: Int) -> [UInt8]? {
        var text: [UInt8] = []
        var rest = template[...]
        while let octet = rest.popFirst() {
            let next = rest.first
            if octet == UInt8(ascii: "\\"), let next {
                rest = rest.dropFirst()
                text += next == UInt8(ascii: "$") ? [next] : [octet, next]
            } else if octet != UInt8(ascii: "$") {
                text.append(octet)
            } else if next == UInt8(ascii: "$") {
                rest = rest.dropFirst()
                text.append(octet)
            } else if next == UInt8(ascii: "{") {
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")),
                    let form = form(
                        String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self), number)
                else { return nil }
                text += form.utf8
                rest = rest[(end + 1)...]
            } else {
                text += String(number).utf8
            }
        }
        return text
    }

    /// The number by `offset,width,base`, of which the later may be left out.
    private static func form(_ form: String, _ number: Int) -> String? {
        let parts = form.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= 3, let offset = Int32(parts[0]),
            let width = parts.count > 1 ? DNSNumber.parse(parts[1], most: 255) : 0
        else { return nil }
        let value = number + Int(offset)
        guard value >= 0 else { return nil }
        let digits: String
        switch parts.count > 2 ? parts[2] : "d" {
        case "d": digits = String(value)
        case "o": digits = String(value, radix: 8)
        case "x": digits = String(value, radix: 16)
        case "X": digits = String(value, radix: 16, uppercase: true)
        case "n": return nibbles(value, width, isUppercase: false)
        case "N": return nibbles(value, width, isUppercase: true)
        default: return nil
        }
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// The hexadecimal digits from the last to the first, with dots between, as names below
    /// ip6.arpa have them; the dots count in the width.
    private static func nibbles(_ value: Int, _ width: Int, isUppercase: Bool) -> String {
        var text = ""
        var rest = value
        repeat {
            if !text.isEmpty { text += "." }
            text += String(rest & 15, radix: 16, uppercase: isUppercase)
            rest >>= 4
        } while rest > 0 || text.utf8.count + 1 < width
        return text.utf8.count < width ? text + "." : text
    }
}
