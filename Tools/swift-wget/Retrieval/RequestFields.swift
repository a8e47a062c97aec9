import HTTPTypes
import TwineHTTP

/// The fields of a request, in wget's order.
struct RequestFields {
    /// The fields, and the host, where `--header` gives one.
    struct Finished {
        let fields: HTTPFields
        let host: String?
    }

    private var list: [HTTPField] = []

    var fields: HTTPFields { HTTPFields(list) }

    /// Adds a field, or replaces the one of that name where it stands.
    mutating func set(_ name: HTTPField.Name, _ value: String?) {
        guard let value else { return }
        guard let place = list.firstIndex(where: { $0.name == name }) else {
            list.append(HTTPField(name: name, value: value))
            return
        }
        list[place] = HTTPField(name: list[place].name, value: value)
    }

    mutating func set(_ name: String, _ value: String?) {
        guard let name = HTTPField.Name(name) else { return }
        set(name, value)
    }

    /// Adds what `--header` gives: a line `Name: value`.
    ///
    /// - Returns: The host that it gives, for `Host` is not one of the fields.
    mutating func add(line: Octets) -> String? {
        guard let colon = line.bytes.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = String(decoding: line.bytes[..<colon], as: UTF8.self)
        let value = line.bytes[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        guard let field = HTTPField.Name(name) else { return nil }
        if field.canonicalName == "host" { return String(decoding: value, as: UTF8.self) }
        if let place = list.firstIndex(where: { $0.name == field }) {
            list[place] = HTTPField(name: field, lenientValue: value)
        } else {
            list.append(HTTPField(name: field, lenientValue: value))
        }
        return nil
    }
}
