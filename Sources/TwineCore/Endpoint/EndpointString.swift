/// An endpoint as a string: a type and its arguments, such as `tcp:7007:interface=127.0.0.1`.
///
/// The parts are split by `:`. An argument stands at its place (`7007`) or has a name (`port=7007`);
/// the first `=` ends the name, later ones belong to the value. `\` takes the sign after it as it is:
/// `\:` is a colon in a value, `\\` a backslash. This is the language of Twisted's endpoints.
public struct EndpointString: Equatable, Sendable, CustomStringConvertible {
    /// One argument.
    public struct Argument: Equatable, Sendable {
        /// Its name; nil where it stands at its place.
        public let name: String?
        /// Its text, without escapes.
        public let value: String

        /// An argument, with a name or at its place.
        public init(name: String? = nil, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What kind of endpoint it is, such as `tcp`.
    public let type: String
    /// The arguments, in the order given.
    public let arguments: [Argument]

    /// Reads the string.
    ///
    /// - Throws: ``EndpointStringError`` when there is no type, when `\` ends the string, or when a
    ///   name is given twice.
    public init(_ text: String) throws(EndpointStringError) {
        var parts: [Argument] = []
        var name: String?
        var value = String.UnicodeScalarView()
        var escapes = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case _ where escapes:
                escapes = false
                value.append(scalar)
            case "\\": escapes = true
            case "=" where name == nil && !parts.isEmpty:
                name = String(value)
                value = String.UnicodeScalarView()
            case ":":
                parts.append(Argument(name: name, value: String(value)))
                (name, value) = (nil, String.UnicodeScalarView())
            default: value.append(scalar)
            }
        }
        guard !escapes else { throw .endsInEscape(text) }
        parts.append(Argument(name: name, value: String(value)))
        type = parts.removeFirst().value
        guard !type.isEmpty else { throw .noType(text) }
        var names: Set<String> = []
        for case let name? in parts.map(\.name) where !names.insert(name).inserted {
            throw .givenTwice(name, in: text)
        }
        arguments = parts
    }

    /// Makes a text safe as a value: with `\` before each `:`, `=` and `\`.
    public static func quote(_ text: String) -> String {
        var quoted = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == ":" || scalar == "=" || scalar == "\\" { quoted.append("\\") }
            quoted.append(scalar)
        }
        return String(quoted)
    }

    /// The string, which reads back as the same.
    public var description: String {
        ([Self.quote(type)]
            + arguments.map { argument in
                (argument.name.map { Self.quote($0) + "=" } ?? "") + Self.quote(argument.value)
            }).joined(separator: ":")
    }
}

/// What is wrong with an endpoint's string.
public enum EndpointStringError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nothing stands before the first colon.
    case noType(String)
    /// Nobody has made that type known; these are.
    case unknownType(String, known: [String])
    /// The string ends after a backslash.
    case endsInEscape(String)
    /// An argument is there twice.
    case givenTwice(String, in: String)
    /// An argument that the type needs is not there.
    case missing(String, in: String)
    /// An argument that the type does not have.
    case unexpected(String, in: String)
    /// An argument whose text is not what it must be.
    case malformed(String, value: String, expected: String)

    /// One line for people.
    public var description: String {
        switch self {
        case .noType(let text):
            "the endpoint \"\(text)\" has no type: write it as tcp:7007, for example"
        case .unknownType(let type, let known):
            "no endpoint has the type \"\(type)\"; there are \(known.joined(separator: ", "))"
        case .endsInEscape(let text):
            "the endpoint \"\(text)\" ends in a \\: write \\\\ for the sign itself"
        case .givenTwice(let name, let text):
            "the endpoint \"\(text)\" has the argument \(name) twice"
        case .missing(let name, let text):
            "the endpoint \"\(text)\" needs the argument \(name)"
        case .unexpected(let argument, let text):
            "the endpoint \"\(text)\" has no use for the argument \"\(argument)\""
        case .malformed(let name, let value, let expected):
            "\(name)=\(value) is not \(expected)"
        }
    }
}

/// The arguments of an endpoint's string, taken one by one; what is left at the end is an error.
public struct EndpointArguments {
    private let string: EndpointString
    private var places: [String]
    private var names: [String: String]

    /// All arguments of a string.
    public init(_ string: EndpointString) {
        self.string = string
        places = string.arguments.filter { $0.name == nil }.map(\.value)
        names = [:]
        for argument in string.arguments {
            if let name = argument.name { names[name] = argument.value }
        }
    }

    /// Takes the text of an argument that stands at the next place or has that name.
    ///
    /// - Returns: nil when it is not there.
    public mutating func placed(_ name: String) -> String? {
        if let value = names.removeValue(forKey: name) { return value }
        return places.isEmpty ? nil : places.removeFirst()
    }

    /// Takes the text of an argument that must be there, at the next place or by its name.
    public mutating func needed(_ name: String) throws(EndpointStringError) -> String {
        guard let value = placed(name) else { throw .missing(name, in: "\(string)") }
        return value
    }

    /// Takes the text of an argument that goes by its name only.
    public mutating func named(_ name: String) -> String? { names.removeValue(forKey: name) }

    /// Takes a whole number of that name.
    public mutating func number<Number: FixedWidthInteger>(
        _ name: String, in range: ClosedRange<Number>
    ) throws(EndpointStringError) -> Number? {
        guard let value = named(name) else { return nil }
        return try Self.number(name, value, in: range)
    }

    /// Takes a number of seconds, over 0, of that name.
    public mutating func seconds(_ name: String) throws(EndpointStringError) -> Double? {
        guard let value = named(name) else { return nil }
        guard let seconds = Double(value), seconds > 0, seconds.isFinite else {
            throw .malformed(name, value: value, expected: "a number of seconds")
        }
        return seconds
    }

    /// Takes `yes` or `no` of that name.
    public mutating func flag(_ name: String) throws(EndpointStringError) -> Bool? {
        switch named(name) {
        case nil: return nil
        case "yes"?, "true"?, "1"?: return true
        case "no"?, "false"?, "0"?: return false
        case let value?: throw .malformed(name, value: value, expected: "yes or no")
        }
    }

    /// Takes a port, which must be there, at the next place or by its name.
    public mutating func port() throws(EndpointStringError) -> UInt16 {
        try Self.number("port", needed("port"), in: 0...65_535)
    }

    /// Ends the taking; one empty argument may be left, as behind the colon of `stdio:`.
    ///
    /// - Throws: ``EndpointStringError/unexpected(_:in:)`` when an argument was not taken.
    public func finish() throws(EndpointStringError) {
        let left =
            (places.elementsEqual([""]) ? nil : places.first)
            ?? names.min { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        if let left { throw .unexpected(left, in: "\(string)") }
    }

    private static func number<Number: FixedWidthInteger>(
        _ name: String, _ value: String, in range: ClosedRange<Number>
    ) throws(EndpointStringError) -> Number {
        guard let number = Number(value), range.contains(number) else {
            throw .malformed(
                name, value: value,
                expected: "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
