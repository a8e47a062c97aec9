public import HTTPTypes

/// The links that a message gives to other resources: `Link`.
///
/// RFC 8288.
public struct LinkField: Equatable, Sendable {
    /// One link.
    public struct Link: Equatable, Sendable {
        /// Where it leads: a reference, relative to what the message is about.
        public let target: String
        /// The parameters in their order, names in lower case, values without quotes.
        public let parameters: [Parameter]

        /// The value of the first parameter of a name; empty when it has none, nil when it is not there.
        ///
        /// - Parameter name: The name in lower case.
        public subscript(_ name: String) -> String? {
            parameters.first { $0.name == name }?.value
        }

        /// What the target is to the message, in lower case: the words of the first `rel`.
        public var relations: [String] {
            (self["rel"] ?? "").lowercased().split(whereSeparator: { $0 == " " || $0 == "\t" })
                .map(String.init)
        }

        /// What the target is called: `title*` before `title`.
        ///
        /// RFC 8288 §3.4.1.
        public var title: String? {
            self["title*"].flatMap { ExtendedValue.decode(Array($0.utf8)) } ?? self["title"]
        }
    }

    /// One `name=value`.
    public struct Parameter: Equatable, Sendable {
        /// The name in lower case.
        public let name: String
        /// The value; empty when there is none.
        public let value: String
    }

    /// More links are not read: nobody needs so many, and a head of 1 MiB could have 200,000.
    public static let linkLimit = 1000
    /// More parameters of a link are not read.
    public static let parameterLimit = 32

    /// The links in the order of the fields.
    public let links: [Link]

    /// Reads the `Link` fields of a message.
    ///
    /// - Parameter fields: The message's fields.
    public init(_ fields: HTTPFields) {
        self.init(HTTPField.Name("Link").map { fields[values: $0] } ?? [])
    }

    /// Reads the values of a message's `Link` fields.
    ///
    /// What is no link ends its field, as what follows could not be told apart from it.
    ///
    /// - Parameter values: The fields' values.
    /// - Complexity: O(*n*) in their octets.
    ///
    /// RFC 8288 appendix B.
    public init(_ values: some Sequence<String>) {
        var links: [Link] = []
        for value in values {
            var scan = FieldScanner(value)
            while links.count < Self.linkLimit {
                scan.skip(HTTPOctet.comma)
                guard scan.isAt(UInt8(ascii: "<")) else { break }
                scan.skip()
                let target = scan.text(until: ">")
                guard scan.isAt(UInt8(ascii: ">")) else { break }
                scan.skip()
                let parameters = Self.parameters(&scan)
                links.append(Link(target: target.fieldText, parameters: parameters))
            }
        }
        self.links = links
    }

    /// Reads the parameters of a link, and what stands before the next.
    private static func parameters(_ scan: inout FieldScanner) -> [Parameter] {
        var parameters: [Parameter] = []
        while true {
            scan.skip(until: ";,")
            guard scan.takes(HTTPOctet.semicolon) else { return parameters }
            let name = scan.text(until: "=;,").fieldText.lowercased()
            var value = ""
            if scan.takes(UInt8(ascii: "=")) {
                if scan.isAt(HTTPOctet.quote) {
                    value = scan.quotedString()?.fieldText ?? ""
                } else {
                    value = scan.text(until: ";,").fieldText
                }
            }
            guard !name.isEmpty, parameters.count < parameterLimit else { continue }
            parameters.append(Parameter(name: name, value: value))
        }
    }
}
