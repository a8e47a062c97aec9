import ToolKit

/// What `--write-out` prints of each URL: text with variables, as curl's.
///
/// `%{name}` is a variable, `%header{name}` the first value of a field, `%output{file}` the place of what
/// follows, `%%` a percent sign; `\n`, `\r` and `\t` are as in C. What looks like none of these is text.
struct WriteOut: Equatable, Sendable {
    /// Where text goes.
    enum Place: Hashable, Sendable {
        case standardOutput
        case standardError
        /// A file, by the octets of its name; appended to what is in it, or in place of that.
        case file([UInt8], appends: Bool)
    }

    /// Text that goes to one place.
    struct Output: Equatable, Sendable {
        var place: Place
        var octets: [UInt8]
    }

    private enum Piece: Equatable, Sendable {
        case text([UInt8])
        case variable(WriteOutVariable)
        case unknown([UInt8])
        case header(String)
        case output(Place)
    }

    private var pieces: [Piece] = []

    /// Reads a format.
    ///
    /// - Parameter format: Its octets; what is no variable is printed as it is.
    init(_ format: [UInt8]) {
        var rest = format[...]
        var text: [UInt8] = []
        while let octet = rest.first {
            let next = rest.dropFirst().first
            if octet == UInt8(ascii: "%"), let found = Self.reference(&rest) {
                if !text.isEmpty { pieces.append(.text(text)) }
                text = []
                pieces.append(found)
            } else if octet == UInt8(ascii: "%"), next == octet {
                text.append(octet)
                rest.removeFirst(2)
            } else if octet == UInt8(ascii: "\\"), let next, let escape = Self.escapes[next] {
                text.append(escape)
                rest.removeFirst(2)
            } else {
                // Whatever stands behind a sign that means nothing here is text as well.
                let count = octet == UInt8(ascii: "\\") || octet == UInt8(ascii: "%") ? 2 : 1
                text += rest.prefix(count)
                rest = rest.dropFirst(count)
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    ]

    /// Takes what begins with a percent sign and has a name in braces.
    private static func reference(_ rest: inout ArraySlice<UInt8>) -> Piece? {
        for kind in ["%{", "%header{", "%output{"] where rest.starts(with: kind.utf8) {
            let inner = rest.dropFirst(kind.utf8.count)
            guard let end = inner.firstIndex(of: UInt8(ascii: "}")) else { return nil }
            let name = Array(inner[..<end])
            rest = rest[(end + 1)...]
            let text = String(decoding: name, as: UTF8.self)
            switch kind {
            case "%header{": return .header(text)
            case "%output{":
                let appends = name.starts(with: ">>".utf8)
                return .output(.file(appends ? Array(name.dropFirst(2)) : name, appends: appends))
            default: return WriteOutVariable(text).map { .variable($0) } ?? .unknown(name)
            }
        }
        return nil
    }

    // MARK: Printing

    /// What is printed of one URL.
    ///
    /// - Parameters:
    ///   - record: What is known of its transfer.
    ///   - program: The program's name, for what it says of variables that it does not know.
    /// - Returns: Text and its places, in order; nothing for empty text.
    func outputs(of record: TransferRecord, program: String = "swift-wget") -> [Output] {
        var outputs: [Output] = []
        var place = Place.standardOutput
        func put(_ octets: [UInt8], _ place: Place) {
            guard !octets.isEmpty else { return }
            if let last = outputs.last, last.place == place {
                outputs[outputs.count - 1].octets += octets
            } else {
                outputs.append(Output(place: place, octets: octets))
            }
        }
        for piece in pieces {
            switch piece {
            case .text(let octets): put(octets, place)
            case .header(let name): put(Array((record[name] ?? "").utf8), place)
            case .output(let file): place = file
            case .unknown(let name):
                let words = "\(program): unknown --write-out variable: '"
                put(Array(words.utf8) + name + Array("'\n".utf8), .standardError)
            case .variable(.onError) where record.exitStatus == 0: return outputs
            case .variable(.onError): break
            case .variable(.standardOutput): place = .standardOutput
            case .variable(.standardError): place = .standardError
            case .variable(let variable): put(Array(Self.text(of: variable, record).utf8), place)
            }
        }
        return outputs
    }

    private static func text(of variable: WriteOutVariable, _ record: TransferRecord) -> String {
        switch variable {
        case .value(let value): return text(of: value.content(in: record))
        case .json: return json(record)
        case .headerJSON: return headerJSON(record)
        case .urlPart(let part, let isEffective):
            return part.text(of: isEffective ? record.effectiveURL : record.url)
        case .onError, .standardOutput, .standardError: return ""
        }
    }

    private static func text(of content: WriteOutVariable.Value.Content) -> String {
        switch content {
        case .text(let text): return text ?? ""
        case .number(let number): return String(number)
        case .status(let status):
            let digits = String(status)
            return String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
        case .seconds(let seconds): return fraction(seconds)
        }
    }

    /// Seconds with six digits behind the point.
    private static func fraction(_ seconds: Double) -> String {
        let micros = Int(min(max(0, seconds), 1e12) * 1e6)
        let digits = String(micros % 1_000_000)
        return "\(micros / 1_000_000)." + String(repeating: "0", count: 6 - digits.utf8.count)
            + digits
    }

    /// All values, named and ordered as curl has them.
    private static func json(_ record: TransferRecord) -> String {
        var object = JSONObject()
        for value in WriteOutVariable.Value.allCases {
            switch value.content(in: record) {
            case .text(let text): object.add(value.rawValue, text)
            case .number(let number), .status(let number): object.add(value.rawValue, number)
            case .seconds(let seconds): object.add(value.rawValue, seconds: seconds)
            }
        }
        return object.line
    }

    /// The fields: each name once, in small letters, with all of its values.
    private static func headerJSON(_ record: TransferRecord) -> String {
        var names: [String] = []
        var values: [String: [String]] = [:]
        for field in record.fields {
            let name = field.name.lowercased()
            if values[name] == nil { names.append(name) }
            values[name, default: []].append(field.value)
        }
        // A line for each, as curl writes them.
        let members = names.map { name in
            var object = JSONObject()
            object.add(name, values[name] ?? [])
            return String(object.line.dropFirst().dropLast())
        }
        return "{" + members.joined(separator: ",\n") + "\n}"
    }
}
