/// What is wrong in the text of a record or a zone file, and where.
public struct DNSTextError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file that a zone file included; nil in the text itself.
    public var file: String?
    /// The line, from 1.
    public var line: Int
    /// The octet of the line, from 1.
    public var column: Int
    /// What is wrong, without a full stop.
    public var reason: String

    /// One line for people.
    public var description: String {
        "\(file.map { "\($0): " } ?? "")line \(line), column \(column): \(reason)"
    }
}
